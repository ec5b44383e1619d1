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
  const whose = { operator: words.hall, other: words.other, givenUp: words.givenUp || '' };
  const says = root.querySelector('[data-says]');
  const button = root.querySelector('[data-upload]');
  const signIn = root.querySelector('[data-sign-in]');
  const test = root.querySelector('form[data-claim=answers]');
  const tell = text => error => { says.textContent = error.words || text; };

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
  const forThoseWhoCame = person => person.querySelectorAll('form[data-claim=witnessed], [data-test]');
  const mark = (entry, text, isUploaded) => about(entry).forEach(place => {
    const collected = place.dataset.attempt && root.querySelector('[data-collected]');
    if (collected) { place.hidden = true; collected.hidden = false; }
    const state = (collected || place).querySelector('[data-state]');
    if (state) state.textContent = text;
    if (entry.kind !== 'attendance') return;
    const person = place.closest('li[data-person]');
    const mend = person.querySelector('[data-mend]');
    if (mend) mend.hidden = !isUploaded;
    // Whoever came may now be seen at their task, and be tested.
    forThoseWhoCame(person).forEach(one => { one.hidden = false; });
  });

  // A wrong tap: what has not left this phone yet is taken back here, all that was taken down of somebody in this class.
  const isAbout = item => {
    const [person, list] = [item.dataset.person, item.closest('[data-list]').dataset.list];
    return entry => {
      const body = JSON.parse(entry.body);
      return entry.id === person || (entry.kind !== 'answers' && body.person === person && body.class === list);
    };
  };
  const offersUndo = free => root.querySelectorAll('li[data-person]').forEach(item => {
    item.querySelector('[data-back]').hidden = !free.some(isAbout(item));
  });
  const unmark = entry => about(entry).forEach(place => {
    if (entry.kind === 'enrolment') { place.remove(); return; }
    place.querySelector('[data-state]').textContent = '';
    if (entry.kind !== 'attendance') return;
    forThoseWhoCame(place.closest('li[data-person]')).forEach(one => { one.hidden = true; });
    place.querySelector('button').focus();
  });
  root.addEventListener('click', event => {
    const undo = event.target.closest('[data-undo]');
    if (!undo) return;
    hall.takesBack(isAbout(undo.closest('li[data-person]')))
      .then(taken => taken.forEach(unmark)).then(shows).catch(tell(words.notWritten));
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
    const name = (JSON.parse(entry.body).fields.find(field => field[0] === 'name') || [])[1];
    item.querySelectorAll('[data-name]').forEach(place => { place.textContent = name; });
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
    offersUndo(await hall.unsent(entries));
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
    const looksAt = { enrolment: looksAtPerson, answers: looksAtTest }[form.dataset.claim];
    const isWhole = !looksAt || looksAt(form);
    if (!form.reportValidity() || !isWhole || form.dataset.busy) return;
    form.dataset.busy = 'yes';
    const done = () => { delete form.dataset.busy; };
    writes(form).then(done, error => { done(); throw error; }).then(shows)
      .then(() => { if (navigator.onLine !== false) return uploads(); }, tell(words.notWritten));
  });

  // As people write it (138 0013 8000, +86, full-width figures), and what is wrong with it in the words of the desk.
  const figures = text => text.normalize('NFKC').replace(/[\s\u2010-\u2015().·_/年-]/g, '').replace(/^(\+|00)?86(?=1\d{10}$)/, '');
  const wrongYear = ({ dataset }, text, field) => {
    if (!text) return dataset.yearEmpty;
    if (!/^\d{4}$/.test(text)) return dataset.yearDigits;
    if (text < '1900') return dataset.yearEarly;
    if (Number(text) > new Date().getFullYear()) return dataset.yearLate;
    return new RegExp(`^(?:${field.pattern})$`).test(text) ? '' : dataset.yearYoung;
  };
  const wrongPhone = ({ dataset, elements }, text) => {
    if (elements.nophone.checked) return '';
    if (!text) return dataset.phoneEmpty;
    if (!/^\d+$/.test(text)) return dataset.phoneDigits;
    if (text.length !== 11) return dataset.phoneLength.replace('#', text.length);
    return /^1[3-9]/.test(text) ? '' : dataset.phoneMobile;
  };
  const looksAtPerson = form => {
    [['year', wrongYear], ['phone', wrongPhone]].forEach(([name, wrong]) => {
      const field = form.elements[name];
      const text = figures(field.value);
      if (/^\d+$/.test(text)) field.value = text;
      field.setCustomValidity(wrong(form, text, field));
    });
    return true;
  };

  // A test with questions that nobody has answered is asked about once, as the bank would; the second time it is collected as it is.
  const isAnswered = section => {
    const ticked = Array.from(section.querySelectorAll('input:checked'), field => field.value);
    const picked = Array.from(section.querySelectorAll('select'), field => field.value);
    if (ticked.includes('0')) return ticked.length === 1;
    return picked.length ? !picked.includes('0') && new Set(picked).size === picked.length : ticked.length > 0;
  };
  const marks = (form, section, isWrong) => {
    const field = section.querySelector('fieldset');
    const message = field.querySelector('.message');
    field.classList.toggle('wrong', isWrong);
    if (message) message.remove();
    if (!isWrong) return;
    const said = document.createElement('p');
    said.className = 'message';
    said.textContent = form.dataset.unanswered;
    field.querySelector('.hint').after(said);
  };
  const looksAtTest = form => {
    const help = form.querySelector('input[name=assisted]');
    help.setCustomValidity(form.elements.assisted.value ? '' : form.dataset.notSaid);
    const sections = Array.from(form.children).filter(child => child.tagName === 'SECTION');
    const missing = sections.filter(section => !isAnswered(section));
    const box = form.querySelector('[data-missing]');
    box.hidden = !missing.length;
    if (!missing.length || form.dataset.anyway === 'yes') return true;
    form.dataset.anyway = 'yes';
    sections.forEach(section => marks(form, section, missing.includes(section)));
    box.className = 'errors';
    box.querySelector('p').textContent = box.dataset.words.replace('#', missing.length);
    const list = box.querySelector('ul');
    list.textContent = '';
    missing.forEach(section => {
      const link = document.createElement('a');
      link.href = `#${section.querySelector('fieldset').id}`;
      link.textContent = section.querySelector('legend small').textContent;
      list.appendChild(document.createElement('li')).appendChild(link);
    });
    return false;
  };

  /** As many of the first ones as fit into one form. */
  const fitting = entries => {
    let room = MOST_BYTES;
    const beyond = entries.findIndex(entry => (room -= encodeURIComponent(JSON.stringify(entry)).length) < 0);
    return beyond < 0 ? entries : entries.slice(0, Math.max(beyond, 1));
  };
  // What waits for numbers before it is kept in the bank, and no more a matter of this phone.
  const STATES = { needs_look: words.look, duplicate: words.known, waits: words.waits };
  /** The token of whoever is signed in now: the page that is kept here may be of yesterday. */
  const tokenNow = async operator => {
    const page = await fetch(`${PAGE}?now`, { credentials: 'same-origin' });
    if (page.status >= 500 || page.status === 429) throw hall.refusal(words.busy);
    const fresh = new DOMParser().parseFromString(await page.text(), 'text/html');
    const token = fresh.querySelector('input[name=csrf]');
    const holder = fresh.querySelector('[data-hall]');
    // Nobody is led away from what they are doing.
    if (signIn) signIn.hidden = Boolean(holder);
    if (!token || !holder) throw hall.refusal(words.signIn);
    if (holder.dataset.hall !== operator) throw hall.refusal(words.other);
    return token.value;
  };
  const uploadsAll = async () => {
    let sent = 0;
    let toLookAt = false;
    for (let entries = await hall.waiting(); entries.length; entries = await hall.waiting()) {
      if (entries[0].by !== whose.operator) throw hall.refusal(words.other);
      const csrf = await tokenNow(entries[0].by);
      const pack = await hall.pack(fitting);
      if (!pack) break;
      const some = pack.entries;
      const fields = new URLSearchParams({ csrf, pack: pack.text });
      const answer = await fetch('/staff/hall/queue', { method: 'POST', credentials: 'same-origin', body: fields });
      // A bank that is busy, or on whose way something else answers, does not speak so.
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok || !told.rows) throw hall.refusal(told.refused || words.busy);
      for (const row of told.rows) {
        const entry = some.find(one => one.seq === row.seq);
        if (!entry) continue;
        mark(entry, STATES[row.state] || words.sent, true);
        toLookAt = toLookAt || row.state === 'needs_look';
        if (entry.kind === 'answers') await forgetsPage(`${PAGE}/tests/${JSON.parse(entry.body).person}/${JSON.parse(entry.body).attempt}`);
        await hall.forgets(row.seq);
        sent += 1;
      }
      if (!told.rows.length) throw hall.refusal(words.look);
    }
    says.textContent = toLookAt ? words.toLookAt : '';
    // What stands in the bank now is what is shown without a network from here on.
    if (sent) await fetch(PAGE, { credentials: 'same-origin' });
  };
  // One after the other too, but nothing that is written down waits for a network.
  let line = Promise.resolve();
  // Whoever is in the middle of a test is told nothing about it.
  const isAnswering = () => test && !test.hidden;
  const uploads = () => (isAnswering() ? Promise.resolve() : (line = line.then(uploadsAll).catch(tell(words.noNetwork)).then(shows)));

  // Answers that are being given stay, however the page is closed.
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
    test.addEventListener('change', event => {
      const section = event.target.closest('form > section');
      if (section && isAnswered(section)) marks(test, section, false);
    });
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
    hall.device(whose).then(device => { form.elements.device.value = device; form.submit(); }, tell(words.notWritten));
  }));

  // The pages that are needed without a network, put by while there is one; each test says when it is. Where a browser cannot do this, the
  // page says that it will not open without one.
  const workers = navigator.serviceWorker;
  const keeps = can => {
    const notice = root.querySelector('[data-cannot-keep]');
    if (notice) notice.hidden = can;
  };
  keeps(Boolean(workers && window.caches));
  const forgetsPage = path => (window.caches ? caches.open('hall-1').then(cache => cache.delete(path)) : Promise.resolve());
  const putsBy = async () => {
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
      const pack = await hall.pack(entries => entries);
      if (!pack) return;
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([pack.text], { type: 'application/octet-stream' }));
      link.download = `hall-${pack.entries[0].seq}.pack`;
      link.click();
      shows();
    });
  }
  window.addEventListener('online', uploads);
  Promise.resolve(test ? restores() : null).then(shows).then(entries => {
    if (location.hash === '#first' && entries.length) says.textContent = words.first;
    if (entries.length && navigator.onLine !== false) return uploads();
  }).then(putsBy).catch(() => keeps(Boolean(workers && workers.controller)));
});
