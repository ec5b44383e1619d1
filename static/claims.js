// The pages of a class on a volunteer's phone: who came, whose task was seen, who is new, what was answered in a test. What is tapped is written
// into the phone's chain (hall.js) and uploaded when there is a network, on opening, or by the button. Without this script the forms of these
// pages do the same with a network.
document.addEventListener('DOMContentLoaded', () => {
  'use strict';
  const root = document.querySelector('[data-hall]');
  if (!root || !window.hall) return;
  const hall = window.hall;
  const PAGE = '/staff/hall/phone';
  // A bank in a crowd takes small forms alone.
  const MOST_BYTES = 12000;
  const words = root.dataset;
  const whose = { operator: words.hall, other: words.other };
  const says = root.querySelector('[data-says]');
  const button = root.querySelector('[data-upload]');
  const tell = error => { says.textContent = error instanceof TypeError ? words.noNetwork : error.message; };

  // What is said beside a name: where each claim stands.
  const about = entry => {
    const body = JSON.parse(entry.body);
    if (entry.kind === 'enrolment') return Array.from(root.querySelectorAll('li[data-person]')).filter(place => place.dataset.person === entry.id);
    if (entry.kind !== 'answers') {
      return claimForms(entry.kind).filter(form => form.dataset.person === body.person && form.dataset.class === body.class);
    }
    const links = Array.from(root.querySelectorAll('[data-test]')).filter(link => link.href.endsWith(`/${body.attempt}`));
    return links.map(link => link.parentNode).concat(claimForms('answers').filter(form => form.dataset.attempt === body.attempt));
  };
  const claimForms = kind => Array.from(root.querySelectorAll(`form[data-claim=${kind}]`));
  const mark = (entry, text) => about(entry).forEach(place => {
    const collected = place.dataset.attempt && root.querySelector('[data-collected]');
    if (collected) { place.hidden = true; collected.hidden = false; }
    const state = (collected || place).querySelector('[data-state]');
    if (state) state.textContent = text;
    if (entry.kind !== 'attendance') return;
    // Whoever came may now be seen at their task.
    const person = place.closest('li[data-person]');
    const task = person && person.querySelector('form[data-claim=witnessed]');
    if (task) task.hidden = false;
  });

  /** Somebody who was enrolled here stands in the list at once. */
  const showsNew = (entry, entries) => {
    if (about(entry).length) return;
    const attendances = entries.filter(one => one.kind === 'attendance').map(one => JSON.parse(one.body));
    const came = attendances.find(one => one.person === entry.id);
    const template = came && Array.from(root.querySelectorAll('template[data-new]')).find(one => one.dataset.new === came.class);
    if (!template) return;
    const item = document.importNode(template.content, true).firstElementChild;
    item.dataset.person = entry.id;
    item.querySelector('[data-name]').textContent = (JSON.parse(entry.body).fields.find(field => field[0] === 'name') || [])[1];
    const task = item.querySelector('form');
    if (task) { task.dataset.person = entry.id; listensTo(task); }
    root.querySelector(`[data-list="${came.class}"]`).append(item);
  };

  const shows = async () => {
    const entries = await hall.waiting();
    if (button) {
      button.textContent = `${button.dataset.words} (${entries.length})`;
      root.querySelector('[data-queue]').hidden = false;
    }
    entries.filter(entry => entry.kind === 'enrolment').forEach(entry => showsNew(entry, entries));
    entries.forEach(entry => mark(entry, words.written));
    return entries;
  };

  // What each kind of form says.
  const filled = (form, names) => Array.from(new FormData(form)).filter(([name]) => names.includes(name));
  const answersIn = form => {
    const answers = {};
    for (const [field, value] of new FormData(form)) {
      const parts = field.match(/^(\d+)-(q|s\d)$/);
      // A list from which nothing was picked is no answer.
      if (!parts || (parts[2] !== 'q' && value === '0')) continue;
      (answers[parts[1]] = answers[parts[1]] || []).push([parts[2], value]);
    }
    return answers;
  };
  const said = {
    attendance: form => [['attendance', { class: form.dataset.class, person: form.dataset.person }]],
    witnessed: form => [['witnessed', { class: form.dataset.class, person: form.dataset.person }]],
    answers: form => [['answers', {
      attempt: form.dataset.attempt, person: form.dataset.person,
      assisted: new FormData(form).get('assisted') === 'yes', answers: answersIn(form),
    }]],
    enrolment: (form, id) => [
      ['enrolment', { place: form.dataset.place, fields: filled(form, ['name', 'year', 'phone', 'nophone', 'consent']) }],
      // Whoever was enrolled by a claim is named by it.
      ['attendance', { class: form.dataset.class, person: id }],
    ],
  };
  const writes = async form => {
    const id = hall.uuid7();
    const claims = said[form.dataset.claim](form, id).map(([kind, body], at) => ({ id: at ? hall.uuid7() : id, kind, body }));
    await hall.writes(whose, claims, form.dataset.attempt && `draft:${form.dataset.attempt}`);
    if (form.dataset.claim !== 'enrolment') return;
    form.reset();
    form.elements.phone.required = true;
    form.closest('details').open = false;
  };

  const listensTo = form => form.addEventListener('submit', event => {
    event.preventDefault();
    if (!form.reportValidity() || form.dataset.busy) return;
    form.dataset.busy = 'yes';
    const done = () => { delete form.dataset.busy; };
    writes(form).then(done, error => { done(); throw error; }).then(shows).then(() => { if (navigator.onLine !== false) return uploads(); }, tell);
  });

  /** As many of the first ones as fit into one form. */
  const fitting = entries => {
    let room = MOST_BYTES;
    const beyond = entries.findIndex(entry => (room -= encodeURIComponent(JSON.stringify(entry)).length) < 0);
    return beyond < 0 ? entries : entries.slice(0, Math.max(beyond, 1));
  };
  const STATES = { needs_look: words.look, duplicate: words.known };
  const uploadsAll = async () => {
    let sent = 0;
    let toLookAt = false;
    for (let entries = await hall.waiting(); entries.length; entries = await hall.waiting()) {
      const some = fitting(entries);
      if (some[0].by !== whose.operator) throw new Error(words.other);
      // The page anew: its token is the one of whoever is signed in now.
      const page = await fetch(PAGE, { credentials: 'same-origin' });
      const fresh = new DOMParser().parseFromString(await page.text(), 'text/html');
      const token = fresh.querySelector('input[name=csrf]');
      const holder = fresh.querySelector('[data-hall]');
      if (!token || !holder) { location.href = PAGE; return; }
      if (holder.dataset.hall !== some[0].by) throw new Error(words.other);
      const fields = new URLSearchParams({ csrf: token.value, pack: await hall.packOf(some) });
      const answer = await fetch('/staff/hall/queue', { method: 'POST', credentials: 'same-origin', body: fields });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.refused || words.noNetwork);
      for (const row of told.rows) {
        const entry = some.find(one => one.seq === row.seq);
        if (!entry) continue;
        mark(entry, STATES[row.state] || words.sent);
        toLookAt = toLookAt || row.state === 'needs_look';
        if (entry.kind === 'answers') await forgetsPage(`${PAGE}/tests/${JSON.parse(entry.body).person}/${JSON.parse(entry.body).attempt}`);
        await hall.forgets(row.seq);
        sent += 1;
      }
      if (!told.rows.length) throw new Error(words.look);
    }
    says.textContent = toLookAt ? words.toLookAt : '';
    // What stands in the bank now is what is shown without a network from here on.
    if (sent) await fetch(PAGE, { credentials: 'same-origin' });
  };
  // One after the other too, but nothing that is written down waits for a network.
  let line = Promise.resolve();
  const uploads = () => (line = line.then(uploadsAll).catch(tell).then(shows));

  // Answers that are being given stay, however the page is closed.
  const test = root.querySelector('form[data-claim=answers]');
  const restores = async () => {
    const name = `draft:${test.dataset.attempt}`;
    const fields = await hall.draft(name) || [];
    const isGiven = field => fields.some(([key, value]) => key === field.name && value === field.value);
    Array.from(test.elements).forEach(field => {
      if (/^(radio|checkbox)$/.test(field.type)) field.checked = field.checked || isGiven(field);
      const picked = field.tagName === 'SELECT' && fields.find(([key]) => key === field.name);
      if (picked) field.value = picked[1];
    });
    const isAnswer = ([key]) => /^\d+-|^assisted$/.test(key);
    test.addEventListener('change', () => hall.keepsDraft(name, Array.from(new FormData(test)).filter(isAnswer)));
  };

  // Somebody has a telephone or none.
  claimForms('enrolment').forEach(form => form.elements.nophone.addEventListener('change', () => {
    form.elements.phone.required = !form.elements.nophone.checked;
    if (form.elements.nophone.checked) form.elements.phone.value = '';
  }));
  // Tests are taken along on this very phone.
  root.querySelectorAll('form[data-bring]').forEach(form => form.addEventListener('submit', event => {
    event.preventDefault();
    hall.device(whose).then(device => { form.elements.device.value = device; form.submit(); }, tell);
  }));

  // The pages that are needed without a network, put by while there is one; each test says when it is.
  const forgetsPage = path => (window.caches ? caches.open('hall-1').then(cache => cache.delete(path)) : Promise.resolve());
  const putsBy = async () => {
    const workers = navigator.serviceWorker;
    if (!workers || !window.caches) return;
    await workers.register('/staff/worker.js', { scope: '/staff/' });
    if (!workers.controller) await new Promise(resolve => workers.addEventListener('controllerchange', resolve, { once: true }));
    const cache = await caches.open('hall-1');
    const isHeld = path => cache.match(path).then(kept => kept || fetch(path, { credentials: 'same-origin' }).then(() => cache.match(path)));
    for (const file of document.querySelectorAll('link[rel=stylesheet], script[src]')) await isHeld(new URL(file.href || file.src).pathname);
    await isHeld(location.pathname);
    for (const link of root.querySelectorAll('[data-test]')) {
      const state = link.parentNode.querySelector('[data-state]');
      if (await isHeld(link.pathname) && !state.textContent) state.textContent = words.kept;
    }
  };

  Array.from(root.querySelectorAll('form[data-claim]')).forEach(listensTo);
  if (button) {
    button.addEventListener('click', uploads);
    root.querySelector('[data-export]').addEventListener('click', async () => {
      const entries = await hall.waiting();
      if (!entries.length) return;
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([await hall.packOf(entries)], { type: 'application/octet-stream' }));
      link.download = `hall-${entries[0].seq}.pack`;
      link.click();
    });
  }
  window.addEventListener('online', uploads);
  Promise.resolve(test ? restores() : null).then(shows).then(entries => {
    if (location.hash === '#first' && entries.length) says.textContent = words.first;
    if (entries.length && navigator.onLine !== false) return uploads();
  }).then(putsBy).catch(() => {});
});
