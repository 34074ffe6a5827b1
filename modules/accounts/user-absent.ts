import { absent, builtins, requires, sh, type Step } from '../../src/steps/index.ts';
import { groups, shadow, users, userTools } from './account-reads.ts';
import type { AbsentUser } from './user.ts';

/** There is no such user of the host's own. */
export function userAbsentSteps(name: string, o: AbsentUser): readonly Step[] {
  return [
    userTools,
    requires(`nothing runs as ${name}`, {
      uses: [users(name)],
      test: builtins`ts_user_idle ${name}`,
      otherwise: `user ${name} cannot be removed while something runs as that user`,
      later: true,
    }),
    ...(o.removeHome === true ? homeSteps(name) : []),
    absent(`user ${name}`, {
      uses: [users(name), groups(name), shadow(name)],
      test: builtins`ts_local user ${name}`,
      remove: sh`ts_user_del ${name}`,
      save: sh`ts_user_save ${name}`,
      create: sh`ts_user_restore ${name} "$1"`,
      provides: `user:${name}`,
      lifetime: 'disk',
      secret: true,
    }),
  ];
}

/** While the user is there, its home is known. */
function homeSteps(name: string): readonly Step[] {
  const uses = [users(name)];
  return [
    requires(`the home of ${name}`, {
      uses,
      test: builtins`ts_home_own ${name}`,
      otherwise: `the home of user ${name} is not to be removed`,
    }),
    absent(`home of ${name}`, {
      uses,
      test: builtins`ts_home_there ${name}`,
      remove: sh`ts_home_keep ${name}`,
      save: sh`ts_home_path ${name}`,
      create: sh`ts_home_back ${name} "$1"`,
      lifetime: 'disk',
    }),
  ];
}
