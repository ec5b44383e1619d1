// 念给我听: one big button that plays the first recording on the page, and stops it again. Without this script the recordings' own
// controls do; a browser that cannot play shows no button.
(() => {
  'use strict';
  for (const box of document.querySelectorAll('.listen')) {
    const button = box.querySelector('[data-listen]');
    const recordings = box.querySelectorAll('audio');
    const first = recordings[0];
    if (!button || !first || typeof first.play !== 'function') continue;
    const words = button.querySelectorAll('span');
    const show = () => {
      words[0].hidden = !first.paused;
      words[1].hidden = first.paused;
    };
    button.addEventListener('click', () => {
      if (!first.paused) {
        first.pause();
        return;
      }
      const started = first.play();
      // Browsers of before 2016 give no promise. A recording that cannot be loaded says so in its own controls.
      if (started) started.catch(show);
    });
    for (const recording of recordings) {
      recording.addEventListener('play', () => {
        for (const other of recordings) if (other !== recording) other.pause();
      });
    }
    for (const change of ['play', 'pause', 'ended']) first.addEventListener(change, show);
    button.hidden = false;
  }
})();
