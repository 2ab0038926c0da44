// A file is sent as soon as it is chosen, with its progress; without this script the button beside it sends it.
"use strict";

document.querySelectorAll("form[data-upload]").forEach((form) => {
  const section = form.closest("section");
  const field = form.querySelector("input[type=file]");
  const complaint = form.querySelector("[data-error]");
  const said = section.dataset;
  form.querySelector("button").hidden = true;

  const show = (problem) => {
    complaint.hidden = !problem;
    complaint.querySelector("span").textContent = problem;
    field.classList.toggle("is-invalid", Boolean(problem));
    field.toggleAttribute("aria-invalid", Boolean(problem));
  };

  field.addEventListener("change", () => {
    const file = field.files[0];
    if (!file) return;
    show("");
    if (file.size > Number(said.most)) {
      field.value = "";
      return show(said.tooLarge);
    }
    send(file);
  });

  const send = (file) => {
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", said.progress);
    form.append(bar);
    field.disabled = true;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && (bar.value = event.loaded / event.total));
    request.addEventListener("loadend", () => {
      bar.remove();
      field.disabled = false;
      field.value = "";
      if (request.status === 200) return done(request.response);
      show(request.response?.problem ?? request.response?.title ?? said.failed);
      field.focus();
    });
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append("file", file);
    request.send(body);
  };

  const done = (answer) => {
    const state = section.querySelector("[data-state]");
    state.textContent = `${said.done} ${answer.name}, ${answer.size}`;
    state.setAttribute("role", "status");
    state.className = "state state-done";
  };
});
