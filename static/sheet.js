// The paper sheet: Enter keeps a line and empties the field for the next. Lines wait here in their order until the bank has kept them;
// nothing that was typed is overwritten or dropped. Without this the page is loaded anew for each line.
(function () {
  'use strict';
  var AGAIN_MS = 4000;
  var form = document.querySelector('form[data-line]');
  var says = document.querySelector('[data-unsent]');
  if (!form || !says || !window.fetch || !window.DOMParser) return;
  var field = form.elements.line;
  // Lines to be kept, the first first, and those to be mended once the field is free; what is sent of the first; what holds it up.
  var waiting = [], wrong = [], body = null, busy = false, held = '';

  function show() {
    var parts = [];
    if (held && waiting.length) parts.push(says.dataset[held] + waiting.join('、'));
    if (wrong.length) parts.push(says.dataset.wrong + wrong.join('、'));
    says.hidden = !parts.length;
    says.textContent = parts.join(' ');
  }

  function free() {
    if (!field.value && wrong.length) field.value = wrong.shift();
    show();
  }

  function take(text) {
    var page = new DOMParser().parseFromString(text, 'text/html');
    var fresh = page.querySelector('form[data-line]');
    if (!fresh) return false;
    ['said', 'lines'].forEach(function (id) {
      document.getElementById(id).replaceWith(page.getElementById(id));
    });
    form.elements.once.value = fresh.elements.once.value;
    return true;
  }

  // What the bank refuses altogether is said on a page of its own, as without a script; that page holds one line, so several stay here.
  function refused() {
    if (waiting.length === 1 && !wrong.length && !field.value) {
      field.value = waiting.pop();
      form.submit();
    } else {
      held = 'refused';
      show();
    }
  }

  function answered(status, text) {
    busy = false;
    if (status !== 422 && (status < 200 || status > 299) || !take(text)) return refused();
    var line = waiting.shift();
    if (status === 422) wrong.push(line);
    body = null;
    held = '';
    free();
    next();
  }

  function next() {
    if (busy || !waiting.length) return;
    busy = true;
    if (body === null) {
      var data = new FormData(form);
      data.set('line', waiting[0]);
      body = new URLSearchParams(data).toString();
    }
    fetch(form.action, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: body, credentials: 'same-origin' })
      .then(function (answer) {
        if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
        return answer.text().then(function (text) { answered(answer.status, text); });
      })
      .catch(function () {
        busy = false;
        held = 'unsent';
        show();
        window.setTimeout(next, AGAIN_MS);
      });
  }

  form.addEventListener('submit', function (event) {
    event.preventDefault();
    waiting.push(field.value);
    field.value = '';
    field.focus();
    free();
    next();
  });
  window.addEventListener('online', next);
  window.addEventListener('beforeunload', function (event) {
    if (waiting.length || wrong.length) event.preventDefault();
  });
})();
