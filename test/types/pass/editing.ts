import { play, secret } from 'tsplay';
import {
  block,
  command,
  cron,
  hostsEntry,
  ini,
  json,
  limits,
  line,
  replace,
  yaml,
  type IniOptions,
  type LineOptions,
} from 'tsplay/modules';

const lines: readonly LineOptions[] = [
  { line: 'a', match: '^a', insertBefore: 'BOF', create: true, mode: '0600' },
  { line: secret('a') },
  { match: '^a', state: 'absent' },
];
const inis: readonly IniOptions[] = [
  { section: 's', key: 'k', value: 1 },
  { key: 'k', values: ['a', 2, false] },
  { section: 's', state: 'absent' },
];

export default play('Editing', { hosts: 'all' }, async () => {
  for (const options of lines) line('/etc/a', options);
  for (const options of inis) ini('/etc/b', { ...options, become: true });
  const sftp = block('/etc/c', { content: 'x', comment: ['<!--', '-->'] });
  block('/etc/c', { content: 'x', markers: ['# a', '# b'] });
  replace('/etc/d', { match: 'a', with: 'b', when: sftp.changed });
  const [a] = await Promise.all([
    json('/etc/a.json', { set: { 'a.b[0]': [1, { c: secret('x') }, null] }, create: true, mode: '0600' }),
    yaml('/etc/a.yaml', { remove: ['a'], merge: { b: { c: true } }, validate: ['true', '%s'] }),
  ]);
  command('reload', { run: ['true'], when: a.changed });
  hostsEntry('192.0.2.1', { names: ['a'] });
  limits('*', { limits: { nofile: { hard: 'unlimited' }, nice: -5 } });
  cron('a', { job: 'true', minute: 0, weekday: 'sun' });
});
