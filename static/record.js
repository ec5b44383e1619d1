// Records a voice on the page: 16 kHz, one channel, 16 bits, at most 150 seconds, and puts it into the form's file field. Where the
// browser cannot do all of this, nothing is shown, and the field takes a file that was recorded otherwise.
(() => {
  'use strict';
  const RATE = 16000;
  const MOST_SECONDS = 150;
  const box = document.querySelector('[data-recorder]');
  const field = box && box.parentNode.querySelector('input[type=file]');
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!field || !Context || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia || !box.dataset) return;
  try {
    new DataTransfer().items.add(new File(['x'], 'x.wav'));
  } catch (unable) {
    return;
  }
  const [start, stop, play] = ['start', 'stop', 'play'].map((name) => box.querySelector(`[data-${name}]`));
  const says = box.querySelector('[data-says]');
  let recording = null;
  let sound = null;
  let playing = null;
  let asking = false;

  // Each new sample is the mean of the old ones in its place: enough against whistles for a voice.
  const at16 = (parts, count, rate) => {
    const all = new Float32Array(count);
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    const step = rate / RATE;
    const out = new Float32Array(Math.floor(count / step));
    for (let n = 0; n < out.length; n += 1) {
      const from = Math.floor(n * step);
      const to = Math.max(from + 1, Math.floor((n + 1) * step));
      let sum = 0;
      for (let m = from; m < to; m += 1) sum += all[m];
      out[n] = sum / (to - from);
    }
    return out;
  };

  const wave = (samples) => {
    const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
    const text = (at, word) => [...word].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
    text(0, 'RIFF');
    view.setUint32(4, 36 + samples.length * 2, true);
    text(8, 'WAVEfmt ');
    view.setUint32(16, 16, true);
    view.setUint16(20, 1, true);
    view.setUint16(22, 1, true);
    view.setUint32(24, RATE, true);
    view.setUint32(28, RATE * 2, true);
    view.setUint16(32, 2, true);
    view.setUint16(34, 16, true);
    text(36, 'data');
    view.setUint32(40, samples.length * 2, true);
    samples.forEach((sample, n) => view.setInt16(44 + n * 2, Math.max(-1, Math.min(1, sample)) * 32767, true));
    return view.buffer;
  };

  const end = (words) => {
    const { context, stream, node, parts, count } = recording;
    recording = null;
    node.disconnect();
    stream.getTracks().forEach((track) => track.stop());
    sound = at16(parts, count, context.sampleRate);
    context.close();
    const files = new DataTransfer();
    files.items.add(new File([wave(sound)], 'recording.wav', { type: 'audio/wav' }));
    field.files = files.files;
    stop.hidden = true;
    start.hidden = false;
    play.hidden = false;
    says.textContent = words;
    start.focus();
  };

  start.addEventListener('click', () => {
    // A second tap while the browser still asks for the microphone would open it twice.
    if (asking || recording) return;
    asking = true;
    if (playing) playing.close();
    playing = null;
    navigator.mediaDevices.getUserMedia({ audio: true }).then((stream) => {
      const context = new Context();
      // An old way that every browser knows.
      const node = context.createScriptProcessor(4096, 1, 1);
      recording = { context, stream, node, parts: [], count: 0 };
      node.onaudioprocess = (event) => {
        if (!recording) return;
        const part = new Float32Array(event.inputBuffer.getChannelData(0));
        recording.parts.push(part);
        recording.count += part.length;
        if (recording.count >= MOST_SECONDS * context.sampleRate) end(box.dataset.full);
      };
      context.createMediaStreamSource(stream).connect(node);
      node.connect(context.destination);
      start.hidden = true;
      play.hidden = true;
      stop.hidden = false;
      says.textContent = box.dataset.going;
      stop.focus();
    }).catch(() => {
      says.textContent = box.dataset.refused;
    }).then(() => {
      asking = false;
    });
  });
  // Whoever sends while it still records sends what was read just now, not what was there before.
  field.form.addEventListener('submit', () => recording && end(box.dataset.ready));
  stop.addEventListener('click', () => recording && end(box.dataset.ready));
  play.addEventListener('click', () => {
    if (playing) playing.close();
    playing = new Context();
    const buffer = playing.createBuffer(1, sound.length, RATE);
    buffer.getChannelData(0).set(sound);
    const source = playing.createBufferSource();
    source.buffer = buffer;
    source.connect(playing.destination);
    source.start();
  });
  box.hidden = false;
})();
