// A choice of the stage: one that loses the candidate asks for the reason, the others do not.

function watch(stage) {
  const reason = stage.form.querySelector("[data-reason]");
  const show = () => {
    reason.hidden = !stage.dataset.needsReason.split(" ").includes(stage.value);
  };
  stage.addEventListener("change", show);
  show(); // the browser may have kept a choice across a reload
}

const watchAll = (root) => root.querySelectorAll("select[data-needs-reason]").forEach(watch);

document.body.addEventListener("htmx:load", ({ detail }) => watchAll(detail.elt));
