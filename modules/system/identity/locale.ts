import { defineModule, option, type Claim, type OptionRules } from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { localeAbsentSteps, localePresentSteps } from './locale-steps.ts';

interface Present {
  /**
   * It is the locale of logins and services that say nothing else: `LANG` in `/etc/default/locale` where the host has
   * that, else in `/etc/locale.conf`. `false` leaves these files alone. @defaultValue false
   */
  readonly default?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  readonly default?: never;
  /** It must not be the default. */
  readonly state: 'absent';
}

/** Options of {@link locale}. */
export type LocaleOptions = Present | Absent;

const options: OptionRules<LocaleOptions> = {
  default: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * A locale that programs of the host can use. Where it is missing it is made by `localedef`, and noted in
 * `/etc/locale.gen` where the host has that, so that updates make it again. Needs glibc and, on hosts that have them in
 * packages of their own, the sources of locales (Debian: locales).
 *
 * @example locale('en_US.UTF-8', { default: true })
 * @example locale('de_DE.UTF-8')
 * @see https://man7.org/linux/man-pages/man7/locale.7.html
 */
export const locale = defineModule<LocaleOptions>('locale', {
  options,
  claims: (name, o): readonly Claim[] => [
    { resource: `locale:${name}`, value: o.state ?? 'present' },
    ...(o.default === true ? [{ resource: 'locale:default', value: name } as const] : []),
  ],
  check(name, o, problem) {
    if (!/^[a-z]{2,3}(_[A-Z]{2})?\.[A-Za-z0-9-]+(@[a-z]+)?$/.test(name)) {
      problem(
        `the name must be a locale with its encoding, such as 'en_US.UTF-8', not ${option.quoted(name)}; C and C.UTF-8 are there without`,
      );
    }
    if (o.state === 'absent') checkAbsent(o, [], problem);
  },
  steps: (name, o) =>
    o.state === 'absent' ? localeAbsentSteps(name) : localePresentSteps(name, o.default === true),
});
