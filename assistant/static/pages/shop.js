// What a shop's own script does: it says who is logged in, and lets the chat forget them at log-out.
(() => {
  const { identity, left } = document.body.dataset;
  const tell = () => {
    if (identity) window.Deskside.identify(identity);
    else if (left !== undefined) window.Deskside.reset();
  };
  if (window.Deskside) tell();
  else addEventListener("deskside:ready", tell);
})();
