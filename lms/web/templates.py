"""Templates compiled once for each language, with everything in them that is the same for all its readers.

A sentence, an icon, the address of a page without arguments: the same for everybody who reads French. Looking them up
each time is most of what a page costs, so they are worked out while a template is compiled, and Jinja joins what is left
between two holes into one piece of text. Templates are written as ever; what depends on the reader stays a hole.
"""

from collections.abc import MutableMapping
from functools import lru_cache
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from flask import Flask, current_app, request
from flask.sansio.app import App
from flask.templating import Environment as FlaskEnvironment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from werkzeug.routing import BuildError

from lms.i18n import _, _n, direction, in_language, language

SENTENCE = "_"
KNOWN = frozenset({"language", "direction", "url_for", "static", "icon"})
"""Functions that answer everybody who reads a language the same."""


def init_app(app: Flask) -> None:
    """Before the first template is compiled, and after Flask-Babel, whose look-ups ours replace."""
    app.jinja_env.globals.update(url_for=_url_for, language=language, direction=direction)
    app.jinja_env.install_gettext_callables(_, _n, newstyle=True)  # type: ignore[attr-defined]


class _Context(Context):
    """Calls macros and plain functions as they are: Jinja first asks each several times what it wants to be given."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - named so that no argument collides
        kind = type(__obj)
        if kind is not Macro and (kind not in _PLAIN_CALLS or hasattr(__obj, "jinja_pass_arg")):
            return super().call(__obj, *args, **kwargs)
        if kwargs:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
        return __obj(__self.eval_ctx, *args, **kwargs) if kind is Macro else __obj(*args, **kwargs)


_PLAIN_CALLS = (FunctionType, MethodType, BuiltinMethodType)


class _Generator(CodeGenerator):
    """Writes ``shown`` where Jinja writes ``escape``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


def _shown(value: object) -> str:
    """The value as HTML. What is HTML already, numbers and plain words pass; everything else goes through ``escape``."""
    match value:
        case Markup():
            return value
        case str() if type(value) is str and value.isalnum():
            return value
        case int() if type(value) is int:
            return str(value)
    return escape(value)


class Environment(FlaskEnvironment):
    """Hands a template out in the language of its reader. ``written_in`` None: the one that holds the others."""

    written_in: str | None = None
    context_class = _Context
    code_generator_class = _Generator
    shown = staticmethod(_shown)

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self._editions: dict[str, Environment] = {}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A plain dict: Jinja copies it for every page, and its own chain of two is slow to copy."""
        return {**self.globals, **(d or {})}

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:
        if self.written_in is None:
            return self._edition(language())._load_template(name, globals)
        return super()._load_template(name, globals)

    def _edition(self, code: str) -> "Environment":
        edition = self._editions.get(code)
        if edition is None:
            edition = self.overlay()
            edition.written_in = code
            self._editions[code] = edition
        return edition

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.written_in is None:
            return tree
        with in_language(self.written_in):
            return _Writer(self, tree).visit(tree)  # type: ignore[no-any-return]


class _Writer(NodeTransformer):
    """Writes what is known already in place of the calls that would ask for it."""

    def __init__(self, environment: Environment, tree: nodes.Template) -> None:
        self._environment = environment
        known: dict[str, Any] = {**environment.globals, "url_for": _path}
        self._known = {name: known[name] for name in KNOWN - _own_names(tree) if name in known}

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802 - named after the node
        """The included template itself: it sees what stands around it, and what it sets stays inside."""
        if not isinstance(node.template, nodes.Const) or not node.with_context or node.ignore_missing:
            return node
        assert self._environment.loader is not None  # noqa: S101 - Flask's always has one
        source, _filename, _is_current = self._environment.loader.get_source(self._environment, node.template.value)
        return nodes.Scope(self._environment._parse(source, node.template.value, None).body, lineno=node.lineno)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - named after the node
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs:
            return node
        if node.node.name == SENTENCE:
            return _written(node)
        ask = self._known.get(node.node.name)
        if ask is None or node.kwargs:
            return node
        try:
            answer = ask(*(argument.as_const() for argument in node.args))
        except (nodes.Impossible, BuildError):
            return node
        plain = nodes.Const(str(answer), lineno=node.lineno)
        return nodes.MarkSafe(plain, lineno=node.lineno) if isinstance(answer, Markup) else plain


def _own_names(tree: nodes.Template) -> set[str]:
    """What the template calls things of its own: variables, macros, what it imports."""
    names = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    names |= {macro.name for macro in tree.find_all(nodes.Macro)} | {
        found.target for found in tree.find_all(nodes.Import)
    }
    imported = (name for found in tree.find_all(nodes.FromImport) for name in found.names)
    return names | {name if isinstance(name, str) else name[1] for name in imported}


def _written(node: nodes.Call) -> nodes.Node:
    """The sentence itself; with ``%`` behind it where it has values."""
    if len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
        return node
    sentence = nodes.Const(_(node.args[0].value), lineno=node.lineno)
    if not node.kwargs:
        sentence.value %= {}
        return nodes.MarkSafeIfAutoescape(sentence, lineno=node.lineno)
    pairs = [nodes.Pair(nodes.Const(given.key), given.value, lineno=node.lineno) for given in node.kwargs]
    safe = nodes.MarkSafeIfAutoescape(sentence, lineno=node.lineno)
    return nodes.Mod(safe, nodes.Dict(pairs, lineno=node.lineno), lineno=node.lineno)


def _path(endpoint: str) -> str:
    """The address of a page that needs no arguments. Raises BuildError when there is no such page."""
    return current_app.url_map.bind("").build(endpoint)


def _url_for(endpoint: str, **values: Any) -> str:
    """Flask's, remembered: working out an address takes longer than anything else in a row of a table."""
    if any(type(value) not in _PLAIN for value in values.values()) or not values.keys().isdisjoint(_SPECIAL):
        return current_app.url_for(endpoint, **values)
    if endpoint.startswith("."):
        endpoint = f"{request.blueprint or ''}{endpoint}".lstrip(".")
    return _remembered(current_app._get_current_object(), endpoint, tuple(values.items()))  # type: ignore[attr-defined]


_PLAIN = (str, int, type(None))
_SPECIAL = {"_anchor", "_method", "_scheme", "_external"}


@lru_cache(maxsize=8192)
def _remembered(app: Flask, endpoint: str, values: tuple[tuple[str, str | int | None], ...]) -> str:
    return app.url_map.bind("").build(endpoint, dict(values))
