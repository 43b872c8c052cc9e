// Candidate card: a stage that loses the candidate asks for the reason, the others do not.

for (const stage of document.querySelectorAll("[data-needs-reason]")) {
  const reason = stage.form.querySelector("[data-reason]");
  const show = () => {
    reason.hidden = !stage.dataset.needsReason.split(" ").includes(stage.value);
  };
  stage.addEventListener("change", show);
  show(); // the browser may have kept a choice across a reload
}
