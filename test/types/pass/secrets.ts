import { play, secret, Secret, secretFrom, v, type SecretSource } from 'tsplay';
import { command, file, template } from 'tsplay/modules';

const source: SecretSource = { command: ['pass', 'show', 'db'] };
const port = 5432;

export const kept = [secretFrom(source), secretFrom({ env: 'DB' }), secretFrom({ file: 'tls.key.age' })];

export default play(
  'Secrets',
  { hosts: 'all', vars: v.object({ pw: v.instance(Secret) }) },
  ({ vars: { pw } }) => {
    file('/etc/url', { content: secret`db://${pw}@db1:${port}/${'app'}`, mode: '0600' });
    template('/etc/app.conf', { source: 'app.hbs', vars: { pw, more: [pw, 1] } });
    command('login', { run: ['app', 'login'], stdin: pw });
  },
);
