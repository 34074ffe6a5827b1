// How long a run takes that finds nothing to do, as a ratio to the floor: one Node process with one ssh2 connection
// and one hand-written `sh -s` a host that reads the same. 30 tasks a host, on a real sshd on loopback.
//
//   node bench/no-change.mjs [HOSTS …]       (after `node scripts/build.mjs`; as root, for sshd)
//
// Times on a shared machine mean little; the ratio within one run of this does.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const counts = process.argv.slice(2).map(Number);
const tasks = 30;
const rounds = 5;
const dir = mkdtempSync(join(tmpdir(), 'tsplay-bench-'));
const user = userInfo().username;

for (const key of ['host', 'client']) {
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', '', '-t', 'ed25519', '-f', join(dir, key)]);
}
const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
mkdirSync('/run/sshd', { recursive: true });
writeFileSync(
  join(dir, 'sshd_config'),
  `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${dir}/host\nAuthorizedKeysFile ${dir}/client.pub\nPidFile none\n` +
    `StrictModes no\nUsePAM no\nPermitRootLogin yes\nMaxStartups 500\nSetEnv TS_HOME=${dir}/state\n`,
);
const sshd = spawn('/usr/sbin/sshd', ['-D', '-f', join(dir, 'sshd_config')], { stdio: 'ignore' });
const [type, key] = readFileSync(join(dir, 'host.pub'), 'utf8').split(' ');
writeFileSync(join(dir, 'known_hosts'), `[127.0.0.1]:${port} ${type} ${key}\n`);
mkdirSync(join(dir, 'node_modules'));
mkdirSync(join(dir, 'etc'));
symlinkSync(root, join(dir, 'node_modules/tsplay'));
writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
writeFileSync(
  join(dir, 'site.ts'),
  `import { play } from 'tsplay';
import { file } from 'tsplay/modules';
export default play('Bench', { hosts: 'all' }, () => {
  for (let i = 0; i < ${tasks}; i += 1) file('${dir}/etc/' + i, { content: 'line ' + i + '\\n', mode: '0644' });
});
`,
);
// What the floor runs: the same reads as a careful script by hand would make them.
writeFileSync(
  join(dir, 'floor.mjs'),
  `import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
const { Client } = createRequire(${JSON.stringify(join(root, 'package.json'))})('ssh2');
const script = Array.from({ length: ${tasks} }, (_, i) => \`printf 'line %s\\\\n' \${i} | cmp -s - ${dir}/etc/\${i} && [ "$(stat -c %a ${dir}/etc/\${i})" = 644 ] || echo differs\`).join('\\n');
const one = () => new Promise((resolve, reject) => {
  const client = new Client();
  client.on('error', reject).on('ready', () => {
    client.setNoDelay(true);
    client.exec('sh -s', (error, stream) => {
      if (error) return reject(error);
      stream.on('close', () => (client.end(), resolve())).on('data', (data) => reject(new Error(String(data))));
      stream.stderr.resume();
      stream.end(script);
    });
  }).connect({ host: '127.0.0.1', port: ${port}, username: ${JSON.stringify(user)}, privateKey: readFileSync('${dir}/client') });
});
const hosts = Number(process.argv[2]);
let next = 0;
await Promise.all(Array.from({ length: Math.min(20, hosts) }, async () => { while (next++ < hosts) await one(); }));
`,
);

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
function timed(args) {
  const start = process.hrtime.bigint();
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { cwd: dir, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr + stdout);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

try {
  const cli = join(root, 'dist/src/cli/main.js');
  for (const hosts of counts.length > 0 ? counts : [1, 10, 50]) {
    const inventory = Array.from(
      { length: hosts },
      (_, i) =>
        `  h${i}: { address: 127.0.0.1, port: ${port}, user: ${user}, identityFiles: [client], knownHostsFiles: [known_hosts] }\n`,
    );
    writeFileSync(join(dir, 'hosts.yaml'), `hosts:\n${inventory.join('')}`);
    const tsplay = [cli, 'run', 'site.ts', '-i', 'hosts.yaml', '--output', 'json'];
    // Brings the files there; after that, nothing is left to do.
    timed([...tsplay, '--forks', '1']);
    const pairs = Array.from({ length: rounds }, () => [
      timed(tsplay),
      timed([join(dir, 'floor.mjs'), String(hosts)]),
    ]);
    const [ours, floor] = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))];
    process.stdout.write(
      `${hosts} hosts, ${tasks} tasks, no change: tsplay ${ours.toFixed(0)} ms, floor ${floor.toFixed(0)} ms, ratio ${(ours / floor).toFixed(2)}\n`,
    );
  }
} finally {
  sshd.kill();
  rmSync(dir, { recursive: true });
}
