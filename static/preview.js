// An author's preview: the page loads itself anew when the files of the courses have changed. No other page has this script.
(() => {
  'use strict';
  const seen = document.currentScript.dataset.seen;
  const ask = () => {
    fetch(`/preview/changes?seen=${seen}`, { cache: 'no-store' })
      .then(answer => (answer.ok ? answer.text() : Promise.reject(answer.status)))
      .then(now => (now === seen ? ask() : location.reload()))
      // The preview was stopped: it may be started again.
      .catch(() => setTimeout(ask, 1000));
  };
  ask();
})();
