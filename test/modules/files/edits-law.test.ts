import { block, ini, line, replace } from '../../../modules/index.ts';
import { overlayLaw } from '../../support/overlay-law.ts';

const conf = '/etc/app.conf';
const ground = `printf '# app\\n#port 80\\nhost a\\n[s]\\nkey = 1\\n' >${conf}; chmod 640 ${conf}; chown root:adm ${conf}`;
const variation = /[ /]etc\/app\.conf$/;

overlayLaw({
  'a line': {
    ground,
    declared: () => void line(conf, { match: '^#?port ', line: 'port 8080' }),
    there: { [`sed -n 2p ${conf}; stat -c '%a %U:%G' ${conf}`]: 'port 8080\n640 root:adm' },
    varied: () => void line(conf, { match: '^#?port ', line: 'port 8081' }),
    variation,
    drift: `sed -i s/8080/9/ ${conf}`,
    absent: () => void line(conf, { match: '^#?port ', state: 'absent' }),
    gone: { [`grep -c port ${conf} || :`]: '0' },
  },
  'a line of a file that is made': {
    declared: () => void line(conf, { line: 'x', create: true, mode: '0600', owner: 'root:adm' }),
    there: { [`cat ${conf}; stat -c '%a %U:%G' ${conf}`]: 'x\n600 root:adm' },
    varied: () => {
      line(conf, { line: 'x', create: true, mode: '0600', owner: 'root:adm' });
      line(conf, { line: 'y', insertBefore: '^x' });
    },
    variation,
    drift: `sed -i 1d ${conf}`,
    absent: () => void line(conf, { line: 'x', state: 'absent' }),
    gone: { [`cat ${conf}`]: '' },
  },
  'a block': {
    ground,
    declared: () => void block(conf, { marker: 'a', content: 'x 1\ny\n', insertBefore: '^host' }),
    there: { [`sed -n 3,6p ${conf}`]: '# BEGIN tsplay: a\nx 1\ny\n# END tsplay: a' },
    varied: () => void block(conf, { marker: 'a', content: 'x 2\n' }),
    variation,
    drift: `sed -i 's/^x 1/x 3/' ${conf}`,
    absent: () => void block(conf, { marker: 'a', state: 'absent' }),
    gone: { [`grep -c tsplay ${conf} || :`]: '0' },
  },
  'text that is replaced': {
    ground,
    declared: () => void replace(conf, { match: '^(host) a$', with: '$1 b' }),
    there: { [`grep host ${conf}`]: 'host b' },
    varied: () => void replace(conf, { match: '^(host) [ab]$', with: '$1 c' }),
    variation,
    drift: `sed -i 's/host b/host a/' ${conf}`,
  },
  'a key of a section': {
    ground,
    declared: () => void ini(conf, { section: 's', key: 'key', value: 2 }),
    there: { [`tail -n 1 ${conf}`]: 'key = 2' },
    varied: () => void ini(conf, { section: 's', key: 'key', value: 3 }),
    variation,
    drift: `echo 'key = 9' >>${conf}`,
    absent: () => void ini(conf, { section: 's', state: 'absent' }),
    gone: { [`tail -n 1 ${conf}`]: 'host a' },
  },
});
