import { play, secret } from 'tsplay';
import { block, ini, line, replace, type IniOptions, type LineOptions } from 'tsplay/modules';

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

export default play('Editing', { hosts: 'all' }, () => {
  for (const options of lines) line('/etc/a', options);
  for (const options of inis) ini('/etc/b', { ...options, become: true });
  const sftp = block('/etc/c', { content: 'x', comment: ['<!--', '-->'] });
  replace('/etc/d', { match: 'a', with: 'b', when: sftp.changed });
});
