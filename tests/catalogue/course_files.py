"""A small, valid folder of course files, and ways to spoil it."""

from pathlib import Path

FILES = {
    "referentiel/competencies.yaml": """\
competencies:
  - code: DEV.1
    family: DEV
    scale: mastery
    label: {fr: Programmer, en: Program}
    references: {e-CF: [B.1], ESCO: ["2512.4"]}
  - code: LNG.1
    family: LNG
    scale: cefr
    label: {fr: Anglais, en: English}
""",
    "referentiel/job_profiles.yaml": """\
job_profiles:
  - code: ITO-01
    title: {fr: Développeur, en: Developer, ar: مطور}
    isco: "2512"
    requirements:
      - {code: DEV.1, mastery: N3, importance: essential}
      - {code: LNG.1, cefr: B2, importance: useful}
""",
    "programmes/dev-f.yaml": """\
code: DEV-F
track: DEV
title: {fr: Développement, en: Development}
summary: {fr: Tout, en: All of it}
audience: {fr: Développeurs, en: Developers}
modules: [DEV-1, DEV-2]
certificate:
  kind: CMP
  title: {fr: Formateur, en: Trainer}
  validity_months: null
""",
    "rubrics/session-plan.yaml": "id: session-plan\ntitle: {fr: Fiche, en: Plan}\ncriteria:\n"
    + "".join(
        f"  - id: {name}\n    title: {{fr: {name}, en: {name}}}\n    levels:\n"
        + "".join(f"      {level}: {{fr: Niveau {level}, en: Level {level}}}\n" for level in (1, 2, 3, 4))
        for name in ("aim", "steps", "tests", "words")
    ),
    "development/course.yaml": """\
code: development
title: {fr: Développement, en: Development}
summary: {fr: Apprendre à programmer, en: Learn to program}
track: DEV
modules: [dev-1, dev-2]
history:
  - {date: 2026-11-23, what: {fr: Début, en: Start}, decision: null}
""",
    "development/dev-1/module.yaml": """\
code: DEV-1
status: published
title: {fr: Fondations, en: Foundations}
aim: {fr: Programmer, en: Program}
objectives:
  - {fr: Un, en: One}
  - {fr: Deux, en: Two}
  - {fr: Trois, en: Three}
hours: {in_person: 21, live_remote: 3.5, guided_self_study: 7}
competencies:
  - {code: DEV.1, mastery: N3, transmission: T2}
  - {code: LNG.1, cefr: B2}
units:
  - id: traces
    title: {fr: Traces, en: Traces}
    content: {fr: Tracer, en: Tracing}
  - id: loops
    title: {fr: Boucles, en: Loops}
    content: {fr: Répéter, en: Repeating}
assessments:
  - id: quiz
    kind: quiz
    title: {fr: Quiz, en: Quiz}
    description: {fr: Dix questions, en: Ten questions}
    weight: 40
    competencies: [DEV.1]
  - id: plan
    kind: assignment
    title: {fr: Fiche, en: Plan}
    description: {fr: Une fiche, en: A plan}
    weight: 60
    practical: true
    competencies: [DEV.1]
teaching_practice:
  - id: live-coding
    title: {fr: Coder en direct, en: Live coding}
    task: {fr: "Dix minutes, *devant* un groupe", en: "Ten minutes, *before* a group"}
    minutes: 10
prepares_for: [Python Institute PCEP]
""",
    "development/dev-1/01-traces.fr.md": "---\nid: traces\ntitle: Traces\nminutes: 20\nobjectives:\n  - Tracer\n---\n\n"
    "Un texte.\n\n## Exemple\n\n![Une trace](media/trace.png)\n",
    "development/dev-1/01-traces.en.md": "---\nid: traces\ntitle: Traces\nminutes: 20\nobjectives:\n  - Trace\n---\n\n"
    "A text.\n\n## Example\n\n![A trace](media/trace.png)\n",
    "development/dev-1/02-loops.fr.md": "---\nid: loops\ntitle: Boucles\nminutes: 25\nobjectives: [Répéter]\n---\nUn texte.\n",
    "development/dev-1/02-loops.en.md": "---\nid: loops\ntitle: Loops\nminutes: 25\nobjectives: [Repeat]\n---\nA text.\n",
    "development/dev-1/bank.yaml": """\
questions:
  - id: first
    kind: single_choice
    competencies: [DEV.1]
    tags: [traces]
    text: {fr: "Quoi ?", en: "What?"}
    choices:
      a: {fr: Non, en: No}
      b: {fr: Oui, en: Yes}
    key: b
    feedback: {fr: Voilà, en: There}
  - id: second
    kind: multiple_choice
    competencies: [DEV.1]
    tags: [traces]
    text: {fr: "Quoi ?", en: "What?"}
    choices: {a: {fr: Un, en: One}, b: {fr: Deux, en: Two}, c: {fr: Trois, en: Three}}
    key: [a, c]
    feedback: {fr: Voilà, en: There}
  - id: third
    kind: true_false
    competencies: [DEV.1]
    tags: [loops]
    text: {fr: Vrai, en: True}
    key: true
    feedback: {fr: Voilà, en: There}
  - id: fourth
    kind: numeric
    competencies: [DEV.1]
    tags: [loops]
    text: {fr: Combien, en: How many}
    key: "12.5"
    tolerance: "0.1"
    unit: {fr: heures, en: hours}
    feedback: {fr: Voilà, en: There}
  - id: fifth
    kind: short_text
    competencies: [DEV.1]
    tags: [loops]
    text: {fr: Nommer, en: Name it}
    key: [commit, git commit]
    feedback: {fr: Voilà, en: There}
    points: 2
  - id: sixth
    kind: ordering
    competencies: [DEV.1]
    tags: [loops]
    text: {fr: Ordonner, en: Order}
    items: {a: {fr: Un, en: One}, b: {fr: Deux, en: Two}, c: {fr: Trois, en: Three}}
    key: [b, a, c]
    feedback: {fr: Voilà, en: There}
  - id: seventh
    kind: matching
    competencies: [DEV.1]
    tags: [loops]
    text: {fr: Relier, en: Match}
    prompts: {p1: {fr: Un, en: One}, p2: {fr: Deux, en: Two}}
    options: {o1: {fr: I, en: I}, o2: {fr: II, en: II}, o3: {fr: III, en: III}}
    key: {p1: o1, p2: o2}
    feedback: {fr: Voilà, en: There}
""",
    "development/dev-1/quiz.yaml": """\
id: dev-1-quiz
title: {fr: Quiz, en: Quiz}
instructions: {fr: Répondez, en: Answer}
minutes: 30
attempts: 2
feedback: after_submission
draw:
  - {tags: [traces], count: 2}
  - {tags: [loops], count: 3}
""",
    "development/dev-1/assignment.yaml": """\
id: dev-1-plan
title: {fr: Fiche, en: Plan}
brief:
  fr: |
    Une fiche.

    - Des étapes
  en: |
    A plan.

    - Steps
rubric: session-plan
ai_use: declared
text: true
files: 3
resubmissions: 1
""",
    "development/dev-2/module.yaml": """\
code: DEV-2
status: in_preparation
title: {fr: Suite, en: More}
aim: {fr: Programmer, en: Program}
objectives: [{fr: Un, en: One}, {fr: Deux, en: Two}, {fr: Trois, en: Three}]
hours: {in_person: 21, live_remote: 7, guided_self_study: 0}
competencies: [{code: DEV.1, mastery: N4, transmission: T2}]
units: [{id: more, title: {fr: Suite, en: More}, content: {fr: Suite, en: More}}]
assessments:
  - id: quiz
    kind: quiz
    title: {fr: Quiz, en: Quiz}
    description: {fr: Dix questions, en: Ten questions}
    weight: 100
    competencies: [DEV.1]
""",
}

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def make_courses(root: Path) -> Path:
    """A course with one published module and one in preparation."""
    for name, text in FILES.items():
        write(root, name, text)
    picture = root / "development/dev-1/media/trace.png"
    picture.parent.mkdir(exist_ok=True)
    picture.write_bytes(PNG)
    return root


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def edit(root: Path, name: str, old: str, new: str) -> None:
    """Replace the first ``old``, which must be there."""
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
