// A choice of the stage: one that loses the candidate asks for the reason, the others do not.
// Beside an outcome it follows the outcome, which suggests a stage or leaves the candidate where they are.

function watch(stage) {
  const reason = stage.form.querySelector("[data-reason]");
  const show = () => {
    reason.hidden = !stage.dataset.needsReason.split(" ").includes(stage.value);
    reason.querySelector("select").required = !reason.hidden;
  };
  stage.addEventListener("change", show);
  show(); // the browser may have kept a choice across a reload
}

function follow(outcome) {
  const stage = outcome.form.querySelector("select[data-stage-choice]");
  if (!stage) return;
  outcome.addEventListener("change", () => {
    stage.value = stage.getAttribute(`data-on-${outcome.value}`) ?? "";
    stage.dispatchEvent(new Event("change"));
  });
}

function watchAll(root) {
  root.querySelectorAll("select[data-needs-reason]").forEach(watch);
  root.querySelectorAll("select[data-outcome]").forEach(follow);
}

document.body.addEventListener("htmx:load", ({ detail }) => watchAll(detail.elt));
