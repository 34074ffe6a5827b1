import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskStatus, TsplayEvent } from '../../src/events.ts';
import { htmlRendering } from '../../src/report/html.ts';
import { TestBrowser, type Look, type OpenPage } from '../support/browser.ts';
import { badNight, endedRoll, hostileEvents, none, run, task } from './events.ts';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await TestBrowser.start();
}, 60_000);
afterAll(() => browser.close());

function html(events: readonly TsplayEvent[]): string {
  const rendering = htmlRendering('/srv/site');
  for (const event of events) rendering.event(event);
  return rendering.text();
}

const open = (events: readonly TsplayEvent[], look?: Look): Promise<OpenPage> =>
  browser.open(html(events), look);

/** A text without the blank lines that come of margins. */
function closed(text: string): string {
  return text.replaceAll(/\n+/g, '\n');
}

/** An audit of many hosts: on every seventh the first task has drifted, in one of two ways. */
function audit(hosts: number, tasks: number): readonly TsplayEvent[] {
  const names = Array.from({ length: hosts }, (_, index) => `web${index + 1}`);
  const where = { file: '/srv/site/edge.ts', line: 4, column: 3 };
  return [
    run('check', names),
    { type: 'play', play: 'Edge', hosts: names },
    ...names.flatMap((host, index) =>
      Array.from({ length: tasks }, (_, number): readonly TsplayEvent[] => {
        const drift = index % 7 === 0 && number === 0;
        const status: TaskStatus = drift ? 'changed' : 'ok';
        const before = index % 2 === 0 ? 'a\nb\n' : 'b\n';
        return [
          { type: 'task-start', host, task: `file[/etc/conf.d/${number}]`, where },
          {
            type: 'step',
            host,
            task: `file[/etc/conf.d/${number}]`,
            what: 'it',
            status,
            before,
            after: 'c\nb\n',
          },
          task(host, `file[/etc/conf.d/${number}]`, status),
        ];
      }).flat(),
    ),
    { type: 'summary', hosts: Object.fromEntries(names.map((host) => [host, { ...none, ok: tasks }])) },
  ];
}

describe('the page of a report', () => {
  it('shows who ran it, when, from what, and what it came to', async () => {
    const { page, troubles } = await open(badNight('check'));
    expect(await page.title()).toBe(
      'Audit of playbooks/edge.ts: failed on 1, unreachable on 1, left undone on 2, drift on 1 of 3 hosts',
    );
    expect(await page.locator('.facts').innerText()).toBe(
      ['When', '2026-11-24 02:47:00 UTC', 'Took', '2.0 s', 'By', 'alice as root@ctl1']
        .concat(['Commit', '233570a3f58b of main, with changes', 'Inventory', 'prod', 'tsplay', '0.1.0'])
        .join('\n'),
    );
    expect(await page.locator('.tile').allInnerTexts()).toEqual([
      '3\nhosts',
      '1\ndrift',
      '2\nleft undone',
      '1\nfailed',
      '1\nunreachable',
    ]);
    expect(troubles).toEqual([]);
  });

  it('shows hosts by tasks, and what was found with what to do', async () => {
    const { page } = await open(badNight('check'));
    const rows = await page.locator('.matrix tbody tr').allInnerTexts();
    expect(rows.map((row) => row.replaceAll('\n', ''))).toEqual([
      'gw1 batch 1/2\t≠\t·\t?\t·\t\t\t\t\t○',
      'gw2 batch 1/2\t\t\t\t\t✕\t–\t○\t○\t○',
      'db-long-name batch 1/2\tcannot reach 10.0.0.9 as root: connection refused',
    ]);
    const cards = (await page.locator('.card').allInnerTexts()).map(closed);
    expect(cards).toHaveLength(4);
    expect(cards[0]).toContain('What to do: Try by hand: ssh -p 22 root@10.0.0.9');
    expect(cards[1]).toMatch(
      /failed\nservice\[app\]\non 1 host\nplaybooks\/edge.ts:12\ngw2\n[^]*port 443 is taken/,
    );
    expect(cards[2]).toMatch(/mtu of bond0\nis\n1500\nshould be\n9000\nslaves of bond0\n[^]*-eth2\n\+eth3/);
    expect(cards[3]).toContain('the package list is older than a day');
    expect(await page.locator('.notes').first().innerText()).toContain('gw2: the clock is 94 s behind');
  });

  it('filters by what hosts came to, by name, and by what was found', async () => {
    const { page } = await open(audit(20, 5));
    const rows = page.locator('.matrix tbody tr');
    expect(await rows.count()).toBe(20);
    await page.getByRole('button', { name: 'drift' }).click();
    expect(await rows.locator('th').allInnerTexts()).toEqual(['web1', 'web8', 'web15']);
    expect(await page.locator('.card').count()).toBe(2);
    await page.getByLabel('Only what was found').check();
    expect(await page.locator('.tasks th').allInnerTexts()).toEqual(['Host', 'file[/etc/conf.d/0]']);
    await page.getByRole('button', { name: '20 hosts' }).click();
    await page.getByLabel('Only what was found').uncheck();
    await page.keyboard.press('/');
    await page.keyboard.type('WEB1');
    await expect.poll(() => rows.count()).toBe(11);
    await page.getByRole('searchbox').fill('conf.d/3');
    await expect
      .poll(() => page.locator('.tasks th').allInnerTexts())
      .toEqual(['Host', 'file[/etc/conf.d/3]']);
    expect(await rows.count()).toBe(20);
    await page.getByRole('searchbox').fill('nothing like it');
    await expect.poll(() => page.getByRole('status').innerText()).toBe('No host is like this.');
    expect(await page.locator('.card').count()).toBe(0);
  });

  it('tells of a cell what it is about, and what is the same elsewhere', async () => {
    const { page } = await open(audit(20, 5));
    await page.getByRole('gridcell', { name: 'web1, file[/etc/conf.d/0]: drift' }).click();
    const text = closed(await page.getByRole('dialog').innerText());
    expect(text).toMatch(/^drift\nfile\[\/etc\/conf.d\/0\]\n✕\nweb1 · Edge, edge.ts:4\n/);
    expect(text).toContain('-a\n+c\n b');
    expect(text).toContain('The same on 1 other host\nweb15');
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('needs no mouse', async () => {
    const { page } = await open(audit(3, 3));
    await page.getByLabel('Only what was found').focus();
    await page.keyboard.press('Tab');
    const at = (): Promise<unknown> => page.evaluate('document.activeElement.getAttribute("aria-label")');
    expect(await at()).toBe('web1, file[/etc/conf.d/0]: drift');
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    expect(await at()).toBe('web3, file[/etc/conf.d/1]: in sync');
    await page.keyboard.press('End');
    expect(await at()).toBe('web3, file[/etc/conf.d/2]: in sync');
    for (const key of ['Home', 'ArrowUp', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
    expect(await page.getByRole('dialog').innerText()).toContain('+c');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await at()).toBe('web1, file[/etc/conf.d/0]: drift');
  });

  it.each([
    '</script><img src=x onerror="window.owned=1"><script>window.owned=1</script>',
    '<!--<script>',
    '"><svg onload=window.owned=1>',
    '</style><style>*{display:none}</style>',
    '</title><iframe src="javascript:parent.owned=1">',
    '${window.owned=1}`\u2028\\',
  ])('shows %j as what it is', async (hostile) => {
    const { page, troubles } = await open(hostileEvents(hostile));
    expect(await page.evaluate('window.owned')).toBe(undefined);
    expect(await page.locator('img, svg, iframe, script:not([id]) ~ script').count()).toBe(0);
    expect(await page.locator('style').count()).toBe(1);
    expect(troubles).toEqual([]);
    const shown = hostile.replace('\u2028', '\\u2028').replaceAll('\n', ' ');
    expect(await page.locator('.matrix tbody th').getAttribute('title')).toBe(shown);
    expect(await page.locator('h1').innerText()).toContain(shown.slice(-10));
    expect(await page.locator('.diff').innerText()).toContain(`+${shown}`);
    await page.locator('td[data-column]').click();
    expect(await page.evaluate('window.owned')).toBe(undefined);
  });

  it('hides and reorders nothing of what a host sends', async () => {
    const { page } = await open(hostileEvents());
    expect(await page.evaluate('document.body.innerText')).not.toMatch(/[^\x20-\x7e\n\t·≠✎✕–…×○]/);
  });

  it('lets nobody run a script, whatever gets into it', () => {
    expect(html([])).toMatch(
      /content="default-src 'none'; style-src 'sha256-[^']{44}'; script-src 'sha256-[^']{44}'; base-uri 'none'; form-action 'none'"/,
    );
  });

  it.each([
    ['of a bad night', badNight('check')],
    ['of many hosts', audit(60, 40)],
    ['of hosts and tasks with very long names', hostileEvents('long'.repeat(100))],
  ])('%s is as wide as a phone, on a phone', async (_, events) => {
    const { page } = await open(events, { width: 360, height: 740 });
    await page.locator('.card').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.locator('td[data-column]').first().click();
    const box = await page.getByRole('dialog').boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('is dark where that is wanted', async () => {
    const back = async (dark: boolean): Promise<unknown> => {
      const { page } = await open(badNight(), { dark });
      return page.evaluate('getComputedStyle(document.body).backgroundColor');
    };
    expect(await back(false)).toBe('rgb(246, 247, 249)');
    expect(await back(true)).toBe('rgb(17, 21, 28)');
  });

  it('stays quick with 300 hosts and 50 tasks', async () => {
    const text = html(audit(300, 50));
    expect(text.length).toBeLessThan(500_000);
    const begun = performance.now();
    const { page } = await browser.open(text);
    await page.locator('.card').first().waitFor();
    await page.getByLabel('Only what was found').uncheck();
    expect(await page.locator('td').count()).toBe(15_000);
    await page.getByRole('searchbox').fill('web29');
    await expect.poll(() => page.locator('.matrix tbody tr').count()).toBe(11);
    // Generous, for a machine that does other things too.
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('tells a failure that was expected from others', async () => {
    const error = { code: 'task-failed', message: 'it ended with status 7' };
    const { page } = await open([
      run('check', ['a']),
      task('a', 'probe', 'failed', { error, caught: true }),
      { type: 'summary', hosts: { a: { ...none, caught: 1 } } },
    ]);
    expect(await page.locator('.verdict').innerText()).toBe('in sync');
    expect(await page.getByRole('gridcell', { name: 'a, probe: failed, as expected' }).innerText()).toBe('!');
    expect(await page.locator('.card').innerText()).toContain('it ended with status 7');
  });

  describe('of a rolling update that was ended early', () => {
    it('says why, and shows what was left undone where', async () => {
      const { page, troubles } = await open(endedRoll());
      expect(await page.title()).toMatch(/: failed on 1, left undone on 3, changed on 2 of 5 hosts$/);
      expect(await page.locator('header .left').innerText()).toBe(
        'The run was ended early: it failed on 1 of 2 hosts, which is more than 0 %. Something is left on 3 hosts.',
      );
      const rows = page.locator('.matrix tbody tr');
      expect((await rows.allInnerTexts()).map((row) => row.replaceAll('\n', ''))).toEqual([
        'web1 batch 1/2\t–\t✎\t○\t\t\t○',
        'web2 batch 1/2\t\t✕\t\t\t\t',
        'web3\t\t\t\t○\t\t○',
        'web4\t\t\t\t○\t\t○',
        'lb1\t\t\t\t\t✎\t',
      ]);
      await page.getByRole('button', { name: '3 left undone' }).click();
      expect(await rows.locator('th > span').allInnerTexts()).toEqual(['web1 batch 1/2', 'web3', 'web4']);
      await page.getByRole('gridcell', { name: 'web3, play[Core]: left undone' }).click();
      expect(await page.getByRole('dialog').innerText()).toContain(
        'play Core has not begun (it failed on 1 of 2 hosts, which is more than 0 %)',
      );
      expect(troubles).toEqual([]);
    });

    it('tells of tries, of what a former run has done, and for whom a task ran', async () => {
      const { page } = await open(endedRoll());
      const told = async (cell: string): Promise<string> => {
        await page.getByRole('gridcell', { name: cell }).click();
        const text = closed(await page.getByRole('dialog').innerText());
        await page.keyboard.press('Escape');
        return text;
      };
      const tried = await told('web1, command[health]: changed');
      expect(tried).toContain('tried again 2 times: it ended with status 7\n');
      // What the tries that failed have found is none of the result.
      expect(tried).not.toContain('failed');
      expect(tried).toContain('web1 · Rolling update · batch 1/2');
      expect(await told('web1, file[/etc/app.conf]: skipped')).toContain('done by 20261124T02-1');
      const delegated = await told('lb1, command[drain]: changed');
      expect(delegated).toContain('\nchanged\nfor web1\nok\nfor web2');
      expect((await page.locator('.card').allInnerTexts()).join('\n')).not.toContain('web2, ');
    });

    it.each([false, true])('fits on a phone, dark: %s', async (dark) => {
      const { page } = await open(endedRoll(), { width: 360, height: 740, dark });
      await page.locator('.card').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    });
  });

  it('is made of whatever has happened', async () => {
    const cut = await open(badNight('check').slice(0, 20));
    expect(await cut.page.locator('.verdict').innerText()).toContain('not finished');
    const nothing = await open([run('run', [])]);
    expect(nothing.troubles).toEqual([]);
    const fine = await open([
      run('check', ['a']),
      task('a', 'x', 'ok'),
      { type: 'summary', hosts: { a: none } },
    ]);
    expect(await fine.page.locator('.verdict').innerText()).toBe('in sync');
    expect(await fine.page.getByText('Findings: none').count()).toBe(1);
  });
});
