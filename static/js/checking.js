// An incident's page: let the files that came be checked, some seconds at a time, and say how far it is.

/** @type {HTMLFormElement | null} */
const form = document.querySelector("form[data-checking]");
const pause = 400; // milliseconds between two requests
const tries = 5;

/** Ask once, and return how many files wait on. */
async function ask() {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
    redirect: "error",
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const { waiting, said } = await answer.json();
  form.querySelector("[role=status]").textContent = said;
  return waiting;
}

/** Ask on until none waits; where it fails, the button does the same by hand. */
async function go() {
  const button = form.querySelector("button");
  button.hidden = true;
  let failed = 0;
  while (failed < tries) {
    try {
      if ((await ask()) === 0) {
        form.querySelector("a").hidden = false;
        return;
      }
      failed = 0;
    } catch {
      failed += 1;
    }
    await new Promise((done) => setTimeout(done, pause * 2 ** failed));
  }
  button.hidden = false;
}

if (form) go();
