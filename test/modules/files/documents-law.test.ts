import { expect, it } from 'vitest';
import { json, yaml } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { overlayLaw } from '../../support/overlay-law.ts';

overlayLaw({
  'keys of a JSON file, and of one that is made': {
    ground: `mkdir /srv/a && printf '{\\n    // note\\n    "kept": 1.0,\\n    "debug": true,\\n    "list": [1]\\n}' >/srv/a/app.json && chmod 640 /srv/a/app.json`,
    declared: async () => {
      await Promise.all([
        json('/srv/a/app.json', { set: { 'log.max-size': '10m', 'list[1]': 2 }, remove: ['debug'] }),
        json('/srv/a/new.json', { merge: { a: { b: [] } }, create: true, mode: '0600', owner: 'daemon' }),
      ]);
    },
    there: {
      'cat /srv/a/app.json; stat -c %a /srv/a/app.json':
        '{\n    // note\n    "kept": 1.0,\n    "list": [1, 2],\n    "log": {\n        "max-size": "10m"\n    }\n}640',
      'tr -d " \\n" </srv/a/new.json; stat -c " %a %U" /srv/a/new.json': '{"a":{"b":[]}} 600 daemon',
    },
    varied: async () => {
      await Promise.all([
        json('/srv/a/app.json', { set: { 'log.max-size': '20m', 'list[1]': 2 }, remove: ['debug'] }),
        json('/srv/a/new.json', { merge: { a: { b: [] } }, create: true, mode: '0600', owner: 'daemon' }),
      ]);
    },
    variation: /[ /]srv\/a\/app\.json$/,
    drift: `cd /srv/a; sed -i 's/10m/9m/' app.json; rm new.json`,
    absent: async () => {
      await json('/srv/a/app.json', { remove: ['log', 'list'] });
    },
    gone: { 'cat /srv/a/app.json': '{\n    // note\n    "kept": 1.0\n}' },
  },
  'keys of a YAML file, one of them a secret': {
    ground: `mkdir /srv/a && printf '# first\\nserver:\\n    port: 80 # note\\n    on: "yes"\\n' >/srv/a/app.yaml`,
    declared: async () => {
      await yaml('/srv/a/app.yaml', { set: { 'server.port': 8080, 'server.key': secret('hunter2') } });
    },
    there: {
      'cat /srv/a/app.yaml': '# first\nserver:\n    port: 8080 # note\n    on: "yes"\n    key: hunter2',
    },
    varied: async () => {
      await yaml('/srv/a/app.yaml', { set: { 'server.port': 8081, 'server.key': secret('hunter2') } });
    },
    variation: /[ /]srv\/a\/app\.yaml$/,
    drift: "sed -i 's/8080/1/' /srv/a/app.yaml",
    absent: async () => {
      await yaml('/srv/a/app.yaml', { remove: ['server.key', 'server.port'] });
    },
    gone: { 'cat /srv/a/app.yaml': '# first\nserver:\n    on: "yes"' },
  },
});

it('what stands in a document and nobody knows to be a secret is shown as little as of any file', async () => {
  const host = await OverlayHost.start();
  try {
    host.sh(
      `mkdir /srv/a && printf '{"key":"hunter2","b":1}' >/srv/a/x.json && printf 'key: hunter2\\nb: 1\\n' >/srv/a/x.yaml`,
    );
    const shown = async (mode: string, o: { readonly diff?: boolean }): Promise<readonly boolean[]> => {
      host.sh(`chmod ${mode} /srv/a/*`);
      const body = async (): Promise<void> => {
        await Promise.all([
          json('/srv/a/x.json', { set: { b: 2 }, ...o }),
          yaml('/srv/a/x.yaml', { set: { b: 2 }, ...o }),
        ]);
      };
      const check = await host.run('dash', body, { mode: 'check' });
      const run = await host.run('dash', body);
      expect(run.told).toEqual(['changed', 'changed']);
      host.undo('dash', run.name);
      expect(host.sh('cat /srv/a/x.json')).toBe('{"key":"hunter2","b":1}');
      return [check, run].map(({ events, stderr }) =>
        `${JSON.stringify(events)}${stderr}`.includes('hunter2'),
      );
    };
    expect(await shown('644', {})).toEqual([true, true]);
    expect(await shown('644', { diff: false })).toEqual([false, false]);
    expect(await shown('600', {})).toEqual([false, false]);
    expect(await shown('600', { diff: true })).toEqual([true, true]);
  } finally {
    await host.close();
  }
});
