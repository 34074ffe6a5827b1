import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pkg } from '../../../modules/index.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { onlyOnOverlay } from './local-repository.ts';

const recorded = (name: string): string =>
  readFileSync(new URL(`../../fixtures/packages/apk/${name}.txt`, import.meta.url), 'utf8');

// It prints what the real one has been seen to print, whatever it is asked for.
const apk = `#!/bin/sh
printf '%s\\n' "$*" >>/root/calls
case " $* " in
  *' info '*) printf 'vim-8.2.2320-r0\\ncapnproto-0.8.0-r1\\n' ;;
  *' policy '*) cat /root/policy ;;
  *' version '*) cat /root/version ;;
  *' add '*gosu*) cat /root/nosuch >&2; exit 1 ;;
  *' update '*) cat /root/denied >&2; exit 99 ;;
  *) cat /root/lock >&2; exit 99 ;;
esac
`;

let host: OverlayHost;
beforeEach(async () => {
  host = await OverlayHost.start();
  host.sh(`${onlyOnOverlay}
rm -f /etc/os-release
printf 'ID=alpine\\n' >/etc/os-release
mkdir -p /lib/apk/db /var/cache/apk
: >/lib/apk/db/installed
touch /var/cache/apk/APKINDEX.1.tar.gz`);
  for (const name of ['policy', 'version', 'lock', 'nosuch']) host.sh(`cat >/root/${name}`, recorded(name));
  host.sh(
    'cat >/root/denied',
    recorded('lock').replaceAll('temporary error (try again later)', 'Permission denied'),
  );
  host.sh('cat >/usr/local/bin/apk; chmod 755 /usr/local/bin/apk', apk);
});
afterEach(() => host.close());

it('reads what apk prints of versions', async () => {
  const checked = async (names: readonly string[], more: object = {}): Promise<string> => {
    const { told, events } = await host.run('dash', () => void pkg('x', { names, ...more }), {
      mode: 'check',
    });
    return `${told[0]} ${JSON.stringify(events)}`;
  };
  expect(await checked(['vim', 'nosuch'])).toMatch(/^unknown .*no package has the name nosuch/);
  expect(await checked(['vim', 'at', 'hwids-udev'])).toMatch(
    /^changed .*"after":"at 3.2.1-r1\\nhwids-udev 20201207-r0"/,
  );
  expect(await checked(['vim', 'capnproto'], { state: 'latest' })).toMatch(
    /^changed .*"after":"vim 8.2.2320-r1\\ncapnproto 0.8.0-r2"/,
  );
});

it('tells what apk says where it fails, and waits for no lock that nobody holds', async () => {
  const missing = await host.run('dash', () => void pkg('gosu'));
  expect(missing.stderr).toContain('gosu (no such package)');
  const locked = await host.run('dash', () => void pkg('at', { lockTimeout: 3 }));
  expect(locked.stderr).toContain('Unable to lock database: temporary error (try again later)');
  expect(host.sh('cat /root/calls')).toContain('--wait 3 add --upgrade at');
  host.sh("touch -d '2 days ago' /var/cache/apk/*");
  const before = Date.now();
  const denied = await host.run('dash', () => void pkg('at', { cacheAge: '1h' }));
  expect(denied.stderr).toContain('Permission denied');
  expect(Date.now() - before).toBeLessThan(60_000);
});
