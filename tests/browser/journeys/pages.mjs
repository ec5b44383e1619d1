// Every page there is, measured in every text size. The list is held against the table of routes: a page without an address here is
// found out. Who a page is for is somebody of the sample county, so that it has something on it.
import { comesToTest } from '../lib/hall.mjs';
import { pagePatterns } from '../lib/routes.mjs';
import { ADMINISTRATOR as AGENCIES, OFFICER as AGENCY } from '../lib/agency_pages.mjs';
import { NO_PAGES as API_ANSWERS, VISITOR as API_PAGES } from '../lib/api_pages.mjs';
import { APPLICANT } from '../lib/application_pages.mjs';
import { LEARNER as OFFERS, LOOKER as LOOKS_OUT, NO_PAGES as ROLL_FILES, REVIEWER as ROLLS } from '../lib/roll_pages.mjs';
import { LEARNER as EXAM, OFFICER as EXAMS } from '../lib/exam_pages.mjs';
import { NO_PAGES as BATCH_FILES, OFFICER as CERTIFICATES, OWNER as CERTIFIED, REVIEWER as BATCHES } from '../lib/certificate_pages.mjs';
import { ASKER, OFFICER as ISSUED, OWNER as APPEALS, REVIEWER as CHANGES } from '../lib/changing_pages.mjs';
import { LEARNER as SHARES, NO_PAGES as VERIFY_FILES, VISITOR as VERIFY } from '../lib/verify_pages.mjs';
import { registersUntil } from '../lib/errands.mjs';
import { asksToJoin, bringsList, enrols, enrolsList, fillsPlan, freshName, opensClass, opensPlan, seesAccounts, seesCredit, seesWang } from '../lib/desk.mjs';

const SCRIPTED = ['normal', 'large', 'xlarge'].map(size => ({ size, scripts: true }));

const TONE = new URL('../../it/sounds/tone.mp3', import.meta.url).pathname; // A sound to send.

/** Answered to GET, and not a page. */
const NO_PAGES = [
  '/static/{name:.*}', '/audio/{name}', '/open/curriculum.zip', '/font', '/lang', '/healthz', '/readyz', '/me/export', '/tests/{attempt}', '/courses/{code}/{lesson:c\\d+|elder|farmer|woman|civil-servant|veteran}',
  '/api/v1/openapi.json', '/api/v1/courses', '/api/v1/courses/{code}', '/api/v1/search', '/api/v1/places', '/api/v1/passbook', '/api/v1/jwks.json', '/api/v1/client',
  '/api/v1/ledger/inclusion', '/api/v1/ledger/consistency', '/api/v1/ledger/keys', '/ledger/checkpoint', '/ledger/tile/{path:.*}', '/passbook/{transfer}/receipt/file',
  '/staff/worker.js', '/staff/recordings/{id}/sound', '/staff/classes/{id}/sheet-photo/{photo}',
  '/staff/agencies/{id}/seal/{version}', '/applications/{id}/files/{file}', '/staff/agency/{agency}/applications/{learner}/{id}/files/{file}', '/staff/batches/template/{kind}', '/staff/batches/{id}/result',
  '/passbook/hours/file', '/staff/organisations/{id}/hours/{kind}', ...ROLL_FILES, ...API_ANSWERS, ...VERIFY_FILES, ...BATCH_FILES,
];

/** Pattern, then addresses to be opened or ways that lead there. */
const VISITOR = {
  ...API_PAGES,
  ...VERIFY,
  '/': ['/'],
  '/start': ['/start'],
  '/courses': ['/courses'],
  '/courses/{code}': ['/courses/T19', '/courses/T02'],
  '/courses/{code}/booklet/{group}': ['/courses/T19/booklet/elder', '/courses/T13/booklet/civil_servant'],
  '/courses/{code}/{lesson}/{card:\\d+}': ['/courses/T19/c1/1', '/courses/T19/c1/2', '/courses/T07/farmer/3'],
  '/courses/{code}/{lesson}/quiz/{number}': ['/courses/T19/c1/quiz/1'],
  '/courses/{code}/{lesson}/quiz/{number}/answer': [async person => {
    await person.opens('/courses/T19/c1/quiz/1');
    await person.tapsAt('fieldset#q .answer button, .next button');
  }],
  '/courses/{code}/{lesson}/tried': ['/courses/T19/c1/tried'],
  '/courses/{code}/{lesson}/tried/answer': [async person => {
    await person.opens('/courses/T19/c1/tried');
    await person.tapsAt('fieldset#q .answer button, .next button');
  }],
  '/courses/{code}/{lesson}/done': ['/courses/T19/c1/done'],
  '/courses/{code}/practice': ['/courses/T01/practice', '/courses/T12/practice', '/courses/T19/practice'],
  '/courses/{code}/practice/run': [
    async person => { await person.opens('/courses/T19/practice'); await person.tapsPrimary(); },
    async person => { await person.opens('/courses/T04/practice'); await person.tapsPrimary(); },
    async person => { await person.opens('/courses/T07/practice'); await person.tapsPrimary(); },
  ],
  '/search': ['/search', '/search?q=验证码', '/search?q=找不到的东西'],
  '/glossary': ['/glossary'],
  '/glossary/{word}': [async person => {
    await person.opens('/glossary');
    await person.page.locator('summary').first().click();
    await person.tapsAt('details[open] a[href^="/glossary/"]');
  }],
  '/hotlines': ['/hotlines'],
  '/sources': ['/sources'],
  '/open': ['/open'],
  '/pathways': ['/pathways'],
  '/pathways/{group}': ['/pathways/elder', '/pathways/veteran'],
  '/plan': ['/plan'],
  '/plan/{certificate}': ['/plan/foundation', '/plan/full'],
  '/plan/{certificate}/print': ['/plan/full/print'],
  '/points': ['/points'],
  '/points/{id}': [async person => { await person.opens('/points'); await person.tapsAt('a.row[href^="/points/"]'); }],
  '/classes': ['/classes'],
  '/classes/{id}': [async person => { await person.opens('/classes'); await person.tapsAt('a.row[href^="/classes/"]'); }],
  '/privacy': ['/privacy'],
  '/ledger': ['/ledger'],
  '/ledger/entry/{number}': ['/ledger/entry/1'],
  '/hall': ['/hall'],
  '/help': ['/help', async person => { await person.opens('/help'); await person.taps('请给我回电'); }],
  '/help/{number}': [async person => {
    await person.opens('/help');
    await person.fills('打哪个号码', person.phone);
    await person.taps('请给我回电');
  }],
  '/sign-in': ['/sign-in', async person => { await person.opens('/sign-in'); await person.fills('手机号', '138'); await person.tapsPrimary(); }],
  '/sign-in/card': ['/sign-in/card', async person => { await person.opens('/sign-in/card'); await person.tapsPrimary(); }],
  '/sign-in/code': [
    async person => registersUntil(person, '/sign-in/code'),
    async person => { await registersUntil(person, '/sign-in/code'); await person.fills('短信里的 6 位数字', '000'); await person.tapsPrimary(); },
  ],
  '/sign-in/staff': ['/sign-in/staff', async person => { await person.opens('/sign-in/staff'); await person.tapsPrimary(); }],
  '/signed-out': ['/signed-out'],
  '/register': ['/register'],
  '/register/name': [
    async person => registersUntil(person, '/register/name'),
    async person => { await registersUntil(person, '/register/name'); await person.tapsPrimary(); },
  ],
  '/register/year': [
    async person => registersUntil(person, '/register/year'),
    async person => { await registersUntil(person, '/register/year'); await person.tapsPrimary(); },
  ],
  '/register/young': [async person => {
    await registersUntil(person, '/register/year');
    await person.page.locator('input[name=year]').fill(String(new Date().getFullYear() - 8));
    await person.tapsPrimary();
  }],
  '/register/check': [async person => registersUntil(person, '/register/check')],
  '/register/consent': [async person => registersUntil(person, '/register/consent')],
  '/register/not-now': [async person => { await registersUntil(person, '/register/consent'); await person.taps('不同意'); }],
  '/register/done': [async person => registersUntil(person, '/register/done')],
  '/me/left': ['/me/left'],
  '/dev/people': ['/dev/people'],
  '/dev/mailbox': ['/dev/mailbox'],
  '/dev/gallery': ['/dev/gallery'],
  '/dev/gallery/{view}/{number}': ['/dev/gallery/passbook.PassbookPage/4', '/dev/gallery/web.ProblemPage/1'],
};

/** Answers 不知道 to a question of any kind: a button, or something to tick and send. */
async function doesNotKnow(person) {
  const button = 'fieldset#q button[value="0"]';
  if (await person.page.locator(button).count()) return person.tapsAt(button);
  await person.page.locator('fieldset#q input[value="0"] + label').click();
  return person.tapsAt('.next button');
}

/** By the name in the sample county. */
const LEARNERS = {
  王桂英: {
    ...LOOKS_OUT, ...CERTIFIED, ...SHARES,
    '/': ['/'],
    '/pathways/{group}': ['/pathways/elder'],
    '/plan': ['/plan'],
    '/plan/{certificate}': ['/plan/foundation'],
    '/plan/{certificate}/print': ['/plan/extension/print'],
    // One question in each text size.
    '/refreshers/{code}/{kind}/{position:\\d+}': [async person => { await person.opens('/'); await person.tapsAt('form[action^="/refreshers/"] button.full'); }],
    '/refreshers/{code}/{kind}/{position:\\d+}/answer': [async person => {
      await person.opens('/');
      await person.tapsAt('form[action^="/refreshers/"] button.full');
      await doesNotKnow(person);
    }],
    '/courses/{code}': ['/courses/T19', '/courses/T01'],
    '/courses/{code}/test': ['/courses/T19/test', '/courses/T01/test'],
    '/passbook': ['/passbook'],
    ...APPLICANT,
    '/training-plans': ['/training-plans'],
    '/training-plans/{id}': [async person => { await person.opens('/training-plans'); await person.tapsAt('main a.row[href^="/training-plans/"]'); }],
    '/passbook/statement': ['/passbook/statement'],
    '/passbook/hours': ['/passbook/hours', '/passbook/hours?kind=professional'],
    '/passbook/{transfer}/receipt': [async person => { await person.opens('/passbook'); await person.tapsAt('a[href$="/receipt"]'); }],
    '/passbook/{transfer}/dispute': [
      async person => { await person.opens('/passbook'); await person.tapsAt('a[href$="/dispute"]'); },
      async person => { await person.opens('/passbook'); await person.tapsAt('a[href$="/dispute"]'); await person.tapsAt('.next button.go'); },
    ],
    '/assistance': ['/assistance', async person => { await person.opens('/assistance'); await person.tapsAt('main form button.full'); }],
    '/on-behalf': ['/on-behalf'],
    '/on-behalf/{number}': [async person => { await person.opens('/on-behalf'); await person.tapsAt('main a.row'); }],
    '/me': ['/me'],
    '/me/sessions': ['/me/sessions'],
    '/me/consent': ['/me/consent'],
    '/me/card': ['/me/card'],
    '/me/phone': ['/me/phone'],
    '/me/phone/code': [async person => {
      await person.opens('/me/phone');
      await person.page.locator('input[name=phone]').fill(person.phone);
      await person.tapsAt('main button.go');
    }],
    '/me/correct': ['/me/correct'],
    '/me/place': ['/me/place'],
    '/me/groups': ['/me/groups'],
    '/me/groups/{group}': ['/me/groups/disabled'],
    '/me/kept': ['/me/kept'],
    '/me/voice': ['/me/voice'],
    '/me/complaint': ['/me/complaint', async person => { await person.opens('/me/complaint'); await person.tapsAt('main button.go'); }],
    '/me/leave': ['/me/leave'],
    '/again': [async person => {
      await person.opens('/me/complaint');
      await person.page.locator('textarea').first().fill('我的手机号被人看见了');
      await person.context.clearCookies({ name: 'session' });
      await person.tapsAt('main button.go');
      await person.becomes('王桂英');
      await person.opens('/again');
    }],
  },
  买买提: { ...APPEALS, '/': ['/'], '/passbook': ['/passbook'], '/me/card': ['/me/card'], '/register/done': ['/register/done'] },
  阿依古丽: { '/': ['/'], '/courses/{code}/test': ['/courses/T04/test'], '/passbook': ['/passbook'], '/me/card': ['/me/card'] },
  陈新来: {
    '/': ['/'],
    '/passbook': ['/passbook'],
    '/me': ['/me'],
    '/tests/{attempt}/result': [async person => {
      await person.opens(`/courses/${{ normal: 'T01', large: 'T04', xlarge: 'T07' }[person.manner.size]}/test`);
      await person.tapsPrimary();
      await person.opens(`${new URL(person.page.url()).pathname.replace(/\/\d+$/, '')}/check`);
      await person.tapsAt('main form button');
    }],
  },
  周长久: { '/passbook': ['/passbook'], '/passbook/statement': ['/passbook/statement'], '/': ['/'] },
  王𬭎: {
    '/training-plans': ['/training-plans'],
    '/training-plans/{id}': [async person => { await person.opens('/training-plans'); await person.tapsAt('main a.row[href^="/training-plans/"]'); }],
    '/passbook/hours': ['/passbook/hours'], '/help': ['/help'],
    ...EXAM },
  何玉兰: {
    '/courses/{code}/test': ['/courses/T07/test'],
    '/tests/{attempt}/{position}': [async person => { await person.opens('/courses/T07/test'); await person.tapsPrimary(); }],
    '/tests/{attempt}/check': [async person => {
      await person.opens('/courses/T07/test');
      await person.tapsPrimary();
      await person.opens(`${new URL(person.page.url()).pathname.replace(/\/\d+$/, '')}/check`);
    }],
  },
  赵卫国: {
    ...OFFERS,
    '/tests/{attempt}/result': [async person => {
      await person.opens('/courses/T20/test');
      await person.tapsAt('a.row[href^="/tests/"]');
    }],
  },
  李建国: { '/passbook': ['/passbook'], '/me': ['/me'] }, 张志强: ASKER,
};

const STAFF = {
  沈静: {
    '/staff': ['/staff'],
    '/staff/learners': ['/staff/learners', async person => { await person.opens('/staff/learners'); await person.tapsAt('main button.go'); }],
    '/staff/learners/register': ['/staff/learners/register', async person => { await person.opens('/staff/learners/register'); await person.tapsAt('main button.go'); }],
    '/staff/learners/{id}': [async person => {
      await person.opens('/staff/learners');
      await person.page.locator('input[name=number]').fill('15400000001');
      await person.tapsAt('main button.go');
    }],
    '/staff/recordings': ['/staff/recordings'],
    '/staff/recordings/courses/{code}': ['/staff/recordings/courses/T19'],
    '/staff/recordings/courses/{code}/{lesson}': ['/staff/recordings/courses/T19/c1', '/staff/recordings/courses/T19/questions'],
    '/staff/recordings/read': ['/staff/recordings/read?of=T19-c1%2F2', async person => { await person.opens('/staff/recordings/read?of=T19-c1%2F2'); await person.tapsAt('main button.go'); }],
    '/staff/recordings/{id}': [async person => {
      await person.opens('/staff/recordings/read?of=T19-c1%2F2');
      await person.page.setInputFiles('input[type=file]', TONE);
      await person.tapsAt('main button.go');
    }],
    '/staff/learners/{id}/card': [enrols],
    '/staff/learners/{id}/pictures': [
      async person => { await enrols(person); await person.tapsAt('main a[href$="/pictures"]'); },
      async person => {
        await enrols(person);
        await person.tapsAt('main a[href$="/pictures"]');
        for (const picture of ['teapot', 'key', 'fish']) await person.tapsAt(`main button[value=${picture}]`);
      },
    ],
    '/staff/learners/{id}/vouch/{ticket}': [async person => {
      await enrols(person);
      await person.tapsAt('.crumbs a');
      await person.tapsAt('main form[action$="/vouch"] button');
    }],
    '/staff/cards': ['/staff/cards', async person => { await person.opens('/staff/cards'); await person.tapsAt('main button.go'); }],
    '/staff/cards/today': ['/staff/cards/today'],
    '/staff/cards/blank/{block}': [async person => {
      await person.opens('/staff/cards');
      await person.page.locator('input[name=place]').fill('990101001');
      await person.tapsAt('main button.go');
    }],
    '/staff/hall-device': ['/staff/hall-device', async person => {
      await person.opens('/staff/hall-device');
      await person.page.locator('input[name=place]').fill('没有的地方');
      await person.tapsAt('main button.go');
    }],
    '/staff/batches': ['/staff/batches', async person => { await person.opens('/staff/batches'); await person.tapsAt('main button.go'); }],
    '/staff/batches/{id}': [async person => bringsList(person, [`${freshName()},2099,138,没有的村`])],
    '/staff/batches/{id}/cards': [enrolsList],
    '/staff/organisations/{id}/format': [async person => { await person.opens('/staff/organisations'); await person.tapsAt('main a[href$="/format"]'); }],
    '/staff/learners/{id}/close': [async person => { await enrols(person); await person.tapsAt('.crumbs a'); await person.tapsAt('main a[href$="/close"]'); }],
    '/staff/closings/{learner}/{id}': [async person => {
      await enrols(person);
      await person.tapsAt('.crumbs a');
      await person.tapsAt('main a[href$="/close"]');
      await person.tapsAt('main form[action$="/close"] button');
    }],
    '/staff/closings': ['/staff/closings'],
    '/staff/people': ['/staff/people'],
    '/staff/people/add': ['/staff/people/add', async person => { await person.opens('/staff/people/add'); await person.tapsAt('main button.go'); }],
    '/staff/people/{learner}': [async person => { await person.opens('/staff/people'); await person.tapsAt('table a[href^="/staff/people/"]'); }],
    ...AGENCIES,
    '/staff/organisations': ['/staff/organisations'],
    '/staff/organisations/add': ['/staff/organisations/add', async person => { await person.opens('/staff/organisations/add'); await person.tapsAt('main button.go'); }],
    '/staff/volunteers': ['/staff/volunteers', async person => { await person.opens('/staff/volunteers'); await person.tapsAt('main button.go'); }],
    '/staff/volunteers/{learner}': [async person => { await person.opens('/staff/volunteers'); await person.tapsAt('main td a[href^="/staff/volunteers/"]'); }],
    '/staff/places': ['/staff/places', '/staff/places?q=青石'],
    '/staff/places/add': ['/staff/places/add', async person => { await person.opens('/staff/places/add'); await person.tapsAt('main button.go'); }],
    '/staff/places/{code}': ['/staff/places/990101', '/staff/places/990101001201'],
    '/staff/audit': ['/staff/audit'],
    '/staff/editions': ['/staff/editions'],
    '/staff/hall/prepare': [
      '/staff/hall/prepare',
      async person => { await person.opens('/staff/hall/prepare'); await person.tapsAt('main button.go'); },
      async person => {
        await person.opens('/staff/hall/prepare');
        await person.page.locator('select[name=place]').selectOption('990101001201');
        await person.page.locator('input[name=name]').fill('青石镇活动室的电脑');
        await person.tapsAt('main button.go');
        await person.page.locator('.read-out').waitFor();
      },
    ],
    '/staff/points/{id}': [async person => {
      await person.opens('/points');
      await person.tapsAt('a.row[href^="/points/"]');
      await person.tapsAt('main a[href^="/staff/points/"]');
    }],
    '/staff/cases': ['/staff/cases'],
    '/staff/cases/{learner}/{id}': [async person => { await person.opens('/staff/cases'); await person.tapsAt('main a[href^="/staff/cases/"]'); }],
    '/staff/setup/{token}': [async person => {
      await person.opens('/staff/people/add');
      await person.fills('姓名', '钱小芬');
      await person.page.locator('input[name=login]').fill(`helper${person.phone}`);
      await person.page.locator('select[name=role]').selectOption({ index: 1 });
      await person.tapsAt('main button.go');
      const link = await person.page.locator('main .notice .num').textContent();
      await person.context.clearCookies({ name: 'session' });
      await person.opens(new URL(link).pathname);
    }],
  },
  赵强: {
    ...AGENCY, ...CERTIFICATES, ...ISSUED, ...EXAMS,
    '/staff': ['/staff'],
    '/staff/training-plans': ['/staff/training-plans'],
    '/staff/training-plans/add': ['/staff/training-plans/add', fillsPlan, async person => { await fillsPlan(person); await person.tapsAt('main button.go'); }],
    '/staff/training-plans/{id}': [opensPlan],
    '/staff/training-plans/{id}/change': [async person => { await opensPlan(person); await person.tapsAt('main a[href$="/change"]'); }],
    '/staff/training-plans/{id}/people': [
      async person => { await opensPlan(person); await person.tapsAt('main a[href$="/people"]'); },
      async person => { await opensPlan(person); await person.tapsAt('main a[href$="/people"]'); await person.tapsAt('main button.go'); },
    ],
    '/staff/organisations/{id}/hours': [async person => { await person.opens('/staff/training-plans'); await person.tapsAt('main a[href$="/hours"]'); }],
    '/staff/learners/{id}/credit': [seesCredit],
    '/staff/learners/{id}/credit/{transfer}': [
      async person => { await seesCredit(person); await person.tapsAt('main td a[href*="/credit/"]'); },
      async person => { await seesCredit(person); await person.tapsAt('main td a[href*="/credit/"]'); await person.tapsAt('main a[href$="kind=reverse"]'); },
      async person => {
        await seesCredit(person);
        await person.tapsAt('main td a[href*="/credit/"]');
        await person.tapsAt('main a[href$="kind=freeze"]');
        await person.tapsAt('main form button.go');
      },
    ],
    '/staff/learners/{id}/joined': [
      seesAccounts,
      async person => { await seesAccounts(person); await person.tapsAt('main form button.go'); },
    ],
    '/staff/aliases': ['/staff/aliases'],
    '/staff/aliases/{learner}/{id}': [asksToJoin],
    '/staff/corrections': ['/staff/corrections'],
    '/staff/corrections/{learner}/{id}': [async person => { await person.opens('/staff/corrections'); await person.tapsAt('main a[href^="/staff/corrections/"]'); }],
  },
  孙丽: {
    ...ROLLS, ...BATCHES, ...CHANGES,
    '/staff/looks': ['/staff/looks'],
    '/staff/looks/passes': ['/staff/looks/passes'],
    '/staff/looks/passes/{learner}/{id}': [async person => { await person.opens('/staff/looks/passes'); await person.tapsAt('main table a'); }],
    '/staff/looks/{id}': [async person => { await person.opens('/staff/looks'); await person.tapsAt('main table a'); }],
    '/staff/corrections': ['/staff/corrections'],
    '/staff/corrections/{learner}/{id}': [
      async person => { await person.opens('/staff/corrections'); await person.tapsAt('main a[href^="/staff/corrections/"]'); },
      async person => {
        await person.opens('/staff/corrections');
        await person.tapsAt('main tr:nth-child(2) a[href^="/staff/corrections/"]');
        await person.tapsAt('main button[value=disagree]');
      },
    ],
  },
  李敏: {
    '/staff': ['/staff'],
    '/staff/learners': ['/staff/learners'],
    '/staff/cases': ['/staff/cases'],
    '/staff/on-behalf': ['/staff/on-behalf', '/staff/on-behalf?number=12345678'],
    '/staff/on-behalf/{learner}/{id}': [async person => { await person.opens('/staff/on-behalf'); await person.tapsAt('main a.row'); }],
    '/staff/learners/{id}/aid': [
      async person => { await seesWang(person); await person.tapsAt('main a[href$="/aid"]'); },
      async person => { await seesWang(person); await person.tapsAt('main a[href$="/aid"]'); await person.tapsAt('main button.go'); },
    ],
    '/staff/learners/{id}/on-behalf': [
      async person => { await seesWang(person); await person.tapsAt('main a[href$="/aid"]'); await person.tapsAt('main a[href$="/on-behalf"]'); },
      async person => {
        await seesWang(person);
        await person.tapsAt('main a[href$="/aid"]');
        await person.tapsAt('main a[href$="/on-behalf"]');
        await person.tapsAt('main button.go');
      },
    ],
    '/me/volunteering': ['/me/volunteering'],
    '/me/volunteering/{number}': [async person => { await person.opens('/me/volunteering'); await person.tapsAt('main button[value=prove]'); }],
    '/staff/hall': ['/staff/hall'],
    '/c/{card}': [async person => {
      await person.opens('/staff/learners');
      await person.page.locator('input[name=number]').fill('15400000001');
      await person.tapsAt('main button.go');
      const number = (await person.page.locator('main dd .num').allTextContents()).map(text => text.replace(/\D/g, '')).find(digits => digits.length === 10);
      await person.opens(`/c/${number}`);
    }],
    '/staff/classes/add': ['/staff/classes/add', async person => { await person.opens('/staff/classes/add'); await person.tapsAt('main button.go'); }],
    '/staff/classes/{id}': [
      person => opensClass(person),
      // The refusal stands at the address of its form.
      async person => { await opensClass(person); const desk = person.page.url(); await person.tapsAt('main button.go'); await person.opens(desk); },
    ],
    '/staff/classes/{id}/people/{learner}': [async person => { await opensClass(person); await person.tapsAt('main a.row[href*="/people/"]'); }],
    '/staff/classes/{id}/sheet': [
      async person => { await opensClass(person); await person.tapsAt('main a[href$="/sheet"]'); },
      async person => {
        await opensClass(person);
        await person.tapsAt('main a[href$="/sheet"]');
        await person.page.locator('input[name=line]').fill('不认识的人');
        // Kept in place: no page is loaded for it.
        await person.page.locator('main button.go').click();
        await person.page.locator('#lines li').first().waitFor();
        await person.looks('a line that waits');
      },
    ],
    '/staff/classes/{id}/print': [async person => { await opensClass(person); await person.tapsAt('main a[href$="/print"]'); }],
    '/staff/classes/{id}/change': [async person => { await opensClass(person); await person.tapsAt('main a[href$="/change"]'); }],
    '/staff/classes/{id}/end': [async person => { await opensClass(person); await person.tapsAt('main a[href$="/end"]'); }],
    '/staff/hall/packs': ['/staff/hall/packs'],
    '/staff/hall/packs/{device}/{id}': [async person => {
      await person.opens('/staff/hall/phone');
      // Whoever looked in another size may have checked in the last of them: then something was handed over already.
      const forms = person.page.locator('form[data-claim=attendance] button');
      if (await forms.count()) {
        await forms.first().click();
      }
      // The phone hands over by itself: until it has, there is no row.
      for (let tries = 0; tries < 20; tries += 1) {
        await person.page.waitForTimeout(500);
        await person.opens('/staff/hall/packs');
        if (await person.page.locator('main .rows a.row[href^="/staff/hall/packs/"]').count()) break;
        await person.opens('/staff/hall/phone');
      }
      await person.tapsAt('main .rows a.row[href^="/staff/hall/packs/"]');
    }],
    '/staff/hall/look': ['/staff/hall/look'],
    '/staff/hall/phone': ['/staff/hall/phone'],
    '/staff/hall/phone/tests/{learner}/{attempt}': [async person => {
      await person.opens('/staff/hall/phone');
      await person.tapsAt('form[data-bring] button');
      const href = await person.page.locator('a[data-test]').first().getAttribute('href');
      await comesToTest(person, href);
      await person.tapsAt(`a[href="${href}"]`);
    }],
    '/staff/groups': ['/staff/groups'],
    '/staff/groups/add': ['/staff/groups/add', async person => { await person.opens('/staff/groups/add'); await person.tapsAt('main button.go'); }],
    '/staff/groups/{id}': [async person => { await person.opens('/staff/groups'); await person.tapsAt('main a.row'); }],
    '/staff/groups/{id}/print': [async person => { await person.opens('/staff/groups'); await person.tapsAt('main a.row'); await person.tapsAt('main a[href$="/print"]'); }],
    // From here on the device is the hall's, and she is signed out.
    '/hall': [async person => {
      await person.opens('/staff/hall-device');
      await person.page.locator('input[name=place]').fill('990101001');
      await person.tapsAt('main button.go');
    }],
    '/hall/pictures': ['/hall/pictures?card=2601029379'],
  },
};

const ALL = [VISITOR, ...Object.values(LEARNERS), ...Object.values(STAFF)];
const PATTERNS = pagePatterns();

/** Goes to each page of the list, and sees that it has come to it and not to another. */
async function sees(person, list) {
  for (const [path, ways] of Object.entries(list)) {
    const pattern = PATTERNS.find(one => one.path === path);
    for (const way of ways) {
      try {
        await (typeof way === 'string' ? person.opens(way) : way(person));
        const at = new URL(person.page.url()).pathname;
        if (!pattern.matches(at)) person.findings.push(`${path} ended at ${at}`);
      } catch (error) {
        person.findings.push(`${path}: ${String(error.message).split('\n')[0]}, at ${person.page.url()}`);
      }
    }
  }
}

export default [
  {
    name: 'every page of the table of routes has an address in the list of pages, and no other stands there',
    async walk(person) {
      const listed = new Set([...NO_PAGES, ...ALL.flatMap(Object.keys)]);
      for (const { path } of PATTERNS) if (!listed.has(path)) person.findings.push(`never looked at: ${path}`);
      for (const path of listed) if (!PATTERNS.some(pattern => pattern.path === path)) person.findings.push(`there is no such page: ${path}`);
    },
    manners: [{ size: 'normal', scripts: true }],
  },
  { name: 'every page that a visitor can see', walk: person => sees(person, VISITOR), manners: SCRIPTED },
  ...Object.entries({ ...LEARNERS, ...STAFF }).map(([name, list]) => ({
    name: `every page that ${name} can see`,
    async walk(person) {
      await person.becomes(name);
      await sees(person, list);
    },
    manners: SCRIPTED,
  })),
];
