// A booklet as a browser prints it: how many pages it takes, and how many the page of the course says.
import { strict as assert } from 'node:assert';

/** All booklets of a course: address, and the number that the course page tells. */
export async function bookletsOf(request, code) {
  const html = await (await request.get(`/courses/${code}`)).text();
  const rows = [...html.matchAll(/href="(\/courses\/T\d+\/booklet\/\w+)"[^]*?约[\s\u00a0]*(\d+)[\s\u00a0]*页/g)];
  assert(rows.length > 0, `${code} has no booklet`);
  return rows.map(([, path, pages]) => ({ path, told: +pages }));
}

/** The pages it takes on A4. */
export async function printedPages(page, path, file) {
  await page.goto(path);
  const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true, path: file });
  return [...pdf.toString('latin1').matchAll(/\/Type\s*\/Page(?![a-zA-Z])/g)].length;
}
