// npm run demo: the main job, in the lab. Four disposable virtual machines are brought to a declared state; one is
// broken by hand, a check finds it, and a run repairs it. Sets up what it needs, and takes the lab down at its end.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installPackages, installTools, run } from './setup.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
process.env.TSPLAY_LAB = 'demo';
installTools({ 'ssh-keygen': 'openssh-client' });
installPackages();
run(process.execPath, ['scripts/build.mjs']);

/** Shows a command of tsplay and runs it; anything but the expected exit status ends the demo. */
function tsplay(expected, ...args) {
  process.stdout.write(
    `\n$ tsplay ${args.map((word) => (/[\s;]/.test(word) ? `'${word}'` : word)).join(' ')}\n`,
  );
  const { status } = spawnSync(process.execPath, ['dist/src/cli/main.js', ...args], { stdio: 'inherit' });
  if (status !== expected) throw new Error(`expected exit status ${expected}, but it was ${status}`);
}

function say(text) {
  process.stdout.write(`\n# ${text}\n`);
}

const site = ['playbooks/site.ts', '-i', 'lab'];
try {
  say(
    'Four virtual machines with kernels of their own. Built once (about a minute and a half), resumed ever after.',
  );
  tsplay(0, 'lab', 'up', '4');
  say('What would a run change? Nothing is touched. Exit status 2: drift.');
  tsplay(2, 'check', ...site);
  say('Bring them there.');
  tsplay(0, 'run', ...site);
  say('Again: nothing is left to do.');
  tsplay(0, 'run', ...site);
  say('Somebody changes a bond by hand ...');
  tsplay(0, 'lab', 'ssh', 'lab2', 'ip link set eth1 nomaster; ip addr del 10.66.0.2/24 dev bond0');
  say('... a check finds it ...');
  tsplay(2, 'check', ...site, '--diff');
  say('... and a run repairs it, and touches nothing else.');
  tsplay(0, 'run', ...site, '--diff');
  say(
    'What the last run on a host changed can be taken back: its journal stands there. Here, that is the repair.',
  );
  tsplay(0, 'rollback', '-i', 'lab', '--limit', 'lab2');
} finally {
  tsplay(0, 'lab', 'down');
}
