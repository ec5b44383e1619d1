// Ways that the staff go at the desk, for pages that only such a way leads to.

/** 王桂英, found as staff find people. */
export async function seesWang(person) {
  await person.opens('/staff/learners');
  await person.page.locator('input[name=number]').fill('15400000001');
  await person.tapsAt('main button.go');
}

/** A learner's credit, found as staff find people. */
export async function seesCredit(person) {
  await person.opens('/staff/learners');
  await person.page.locator('input[name=number]').fill('15400000001');
  await person.tapsAt('main button.go');
  await person.tapsAt('main a[href$="/credit"]');
}

/** Today's session at the service point. */
export async function opensClass(person) {
  await person.opens('/staff/hall');
  await person.tapsAt('main a.row[href^="/staff/classes/"]');
}

/** A name that nobody has yet, so that nobody sounds alike. */
export function freshName() {
  const some = '梅兰竹菊春夏秋冬山水田林云霞松柏桃李杏柳';
  return '司马' + [0, 1, 2].map(() => some[Math.floor(Math.random() * some.length)]).join('');
}

/** Enrols somebody at the desk, as far as their card. */
export async function enrols(person, name = freshName()) {
  await person.opens('/staff/learners/register');
  await person.page.locator('input[name=name]').fill(name);
  // Of another year than others whose made-up name sounds alike, as good as always.
  await person.page.locator('input[name=year]').fill(String(1931 + Math.floor(Math.random() * 40)));
  await person.page.locator('label[for=nophone-1]').click();
  await person.page.locator('label[for=consent-1]').click();
  const place = person.page.locator('input[name=place]');
  if (!(await place.isVisible())) await person.page.locator('details.fold summary').nth(1).click();
  await place.fill('990101001');
  await person.tapsAt('main button.go');
}

/** Hands in a list. */
export async function bringsList(person, lines) {
  await person.opens('/staff/batches');
  const text = ['姓名,出生年份,手机号,村', ...lines].join('\n');
  await person.page.locator('input[name=file]').setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await person.page.locator('input[name=place]').fill('990101001');
  await person.page.locator('label[for=consent-2]').click();
  await person.page.locator('label[for=heard-1]').click();
  await person.tapsAt('main button.go');
}

/** A list that is enrolled to its end. */
export async function enrolsList(person) {
  await bringsList(person, [`${freshName()},1950,,`, `${freshName()},1949,,`]);
  for (const step of ['main form[action$="/decide"] button.go', 'main a[href$="/cards"]']) {
    for (let tries = 0; !(await person.page.locator(step).count()) && tries < 30; tries += 1) {
      await person.page.waitForTimeout(1000);
      await person.page.reload();
    }
    await person.tapsAt(step);
  }
}

/** The accounts of a learner, as an officer sees them. */
export async function seesAccounts(person) {
  await person.opens('/staff/learners');
  await person.page.locator('input[name=number]').fill('15400000001');
  await person.tapsAt('main button.go');
  await person.tapsAt('main a[href$="/joined"]');
}

/** A request that two accounts be read as one; once it was made, the same one again. */
export async function asksToJoin(person) {
  await seesAccounts(person);
  if (await person.page.locator('main a[href^="/staff/aliases/"]').count() > 0) {
    await person.tapsAt('main a[href^="/staff/aliases/"]');
    return;
  }
  await person.page.locator('input[name=number]').fill('15400000005');
  await person.page.locator('input[name=reason]').first().check({ force: true });
  await person.page.locator('input[name=seen]').check({ force: true });
  await person.page.locator('textarea[name=ground]').fill('她说登记过两次，看过身份证。');
  await person.tapsAt('main form button.go');
}

/** The newest training plan. */
export async function opensPlan(person) {
  await person.opens('/staff/training-plans');
  await person.tapsAt('main a.row[href^="/staff/training-plans/"]');
}

/** The form of a plan, for the first organisation. */
export async function fillsPlan(person) {
  await person.opens('/staff/training-plans/add');
  await person.tapsAt('main a.row');
}
