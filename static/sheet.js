// The paper sheet: Enter keeps a line and stays in the field. Without this the page is loaded anew for each line.
(function () {
  'use strict';
  var form = document.querySelector('form[data-line]');
  if (!form || !window.fetch || !window.DOMParser) return;
  var field = form.elements.line;
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = 'yes';
    var body = new URLSearchParams(new FormData(form)).toString();
    fetch(form.action, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: body, credentials: 'same-origin' })
      .then(function (answer) {
        if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (text) {
        var page = new DOMParser().parseFromString(text, 'text/html');
        var fresh = page.querySelector('form[data-line]');
        if (!fresh) throw new Error('no form');
        ['said', 'lines'].forEach(function (id) {
          document.getElementById(id).replaceWith(page.getElementById(id));
        });
        form.elements.once.value = fresh.elements.once.value;
        field.value = fresh.elements.line.value;
        delete form.dataset.busy;
        field.focus();
      })
      .catch(function () {
        // As the plain form would: whatever is wrong is said on the page that comes.
        delete form.dataset.busy;
        form.submit();
      });
  });
})();
