import { reading, requires, sh, value, type Sh, type Step } from '../../../src/steps/index.ts';

/** Parameters of a loaded module are what was declared, as far as the kernel shows them. */
export function parameterSteps(
  module: string,
  parameters: readonly (readonly [string, string])[],
  persist: boolean,
): readonly Step[] {
  return parameters.flatMap(([key, want]) => parameter(module, key, want, persist));
}

function parameter(module: string, key: string, want: string, persist: boolean): readonly Step[] {
  const path = `/sys/module/${module}/parameters/${key}`;
  const what = `parameter ${key} of ${module}`;
  const boot = persist ? ' It is written down for the next boot: reboot,' : ' Reboot,';
  const read = sh`now=${want}
[ ! -e ${path} ] || IFS= read -r now <${path} || [ -n "$now" ] || now=''
case $now in ${alternatives(want)}) now=${want} ;; esac`;
  const inside = { inside: `module:${module}`, fresh: 'set' } as const;
  return [
    requires(`${what} can be had`, {
      test: sh`${read}
[ "$now" != ${want} ] || exit 0
mode=$(stat -c %a ${path}) || exit 2
case $mode in *[2367]??) ;; *) printf 'it is %s, and wanted is %s' "$now" ${want}; exit 1 ;; esac`,
      otherwise: `kernel module ${module} takes ${key} only when it is loaded.${boot} or unload it first by hand`,
      ...inside,
    }),
    value(what, {
      read: reading(sh`${read}
printf '%s' "$now"`),
      want,
      write: sh`printf '%s\n' "$1" >${path}`,
      ...inside,
    }),
  ];
}

/** What the kernel may print for a value: it knows numbers in other bases, and yes and no in many ways. */
function alternatives(want: string): Sh {
  const forms = new Set([want]);
  const number = /^(-?)(0x[\da-f]+|0[0-7]*|[1-9]\d*)$/i.exec(want);
  if (number !== null) {
    const [, sign = '', digits = ''] = number;
    const octal = /^0\d/.test(digits);
    forms.add(`${sign}${BigInt(octal ? `0o${digits.slice(1)}` : digits)}`);
  }
  if (/^(y|yes|1|on|t|true)$/i.test(want)) forms.add('Y');
  if (/^(n|no|0|off|f|false)$/i.test(want)) forms.add('N');
  return [...forms].map((form) => sh`${form}`).reduce((all, form) => sh`${all}|${form}`);
}
