// Comfort at the enrolment desk. Without this script every page works the same: who sounds alike is asked about after the form is sent,
// the browser's own menu prints, and a link looks again how far a list is.
(() => {
  'use strict';
  // Print buttons.
  for (const button of document.querySelectorAll('[data-print]')) {
    if (typeof window.print !== 'function') continue;
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  }
  // A list that the bank works on: how far it is, said in place; the page itself comes anew only once there is something to do.
  const progress = document.querySelector('[data-again]');
  if (progress && typeof window.fetch === 'function' && typeof DOMParser === 'function') {
    const look = () => fetch(location.pathname, { credentials: 'same-origin' }).then(answer => answer.text()).then(text => {
      const fresh = new DOMParser().parseFromString(text, 'text/html');
      if (!fresh.querySelector('[data-again]')) { location.reload(); return; }
      const said = fresh.querySelector('[data-state]');
      const here = document.querySelector('[data-state]');
      if (said && here && said.textContent !== here.textContent) here.textContent = said.textContent;
      setTimeout(look, 4000);
    }).catch(() => {});
    setTimeout(look, 4000);
  }
  // 是不是这位？ while somebody types.
  const form = document.querySelector('form[data-alike]');
  const box = document.getElementById('alike');
  if (!form || !box || typeof window.fetch !== 'function' || typeof URLSearchParams !== 'function') return;
  const field = name => form.querySelector('[name="' + name + '"]');
  let asked = '';
  const show = found => {
    box.textContent = '';
    box.hidden = !found.people.length;
    if (box.hidden) return;
    const title = document.createElement('p');
    title.textContent = found.title;
    const list = document.createElement('ul');
    list.setAttribute('role', 'list');
    for (const one of found.people) {
      const link = document.createElement('a');
      link.href = one.href;
      link.textContent = one.name + ' · ' + one.place + ' · ' + one.year;
      list.appendChild(document.createElement('li')).appendChild(link);
    }
    box.appendChild(title);
    box.appendChild(list);
  };
  const ask = () => {
    const body = new URLSearchParams();
    for (const name of ['csrf', 'name', 'year', 'place', 'remembered']) body.set(name, field(name).value);
    const key = body.toString();
    if (!field('name').value.trim() || field('year').value.trim().length < 4 || key === asked) return;
    asked = key;
    fetch(form.dataset.alike, { method: 'POST', body, credentials: 'same-origin' })
      .then(answer => (answer.ok ? answer.json() : { people: [] }))
      .then(found => { if (key === asked) show(found); })
      .catch(() => {});
  };
  for (const name of ['name', 'year', 'place']) field(name).addEventListener('change', ask);
})();
