/**
 * Why a login may not become another user, and what to do.
 *
 * @param said - what sudo, su or doas said of it, in the words of the C locale
 */
export function refusal(
  user: string,
  method: string,
  said: string,
): { readonly problem: string; readonly hint: string } {
  const byHand = `Try by hand on the host: ${method === 'su' ? `su ${user}` : `${method} -u ${user} true`}`;
  const given = 'TSPLAY_BECOME_PASSWORD, -K, or becomePassword in the inventory';
  if (/incorrect password|Authentication fail|Sorry, try again/i.test(said)) {
    return {
      problem: `${method} did not take the password for becoming ${user}`,
      hint: `It is wrong (${given}).`,
    };
  }
  if (/password is required|Authentication required/i.test(said)) {
    return {
      problem: `${method} wants a password for becoming ${user}, and there is none`,
      hint: `Give it: ${given}.`,
    };
  }
  if (/must have a tty/i.test(said)) {
    return {
      problem: `sudo wants a terminal for becoming ${user} (requiretty)`,
      hint: 'A session of tsplay has none, since what it sends is no typing. Add to sudoers on the host: Defaults:LOGIN !requiretty',
    };
  }
  if (/^script: not found$/m.test(said)) {
    return {
      problem: `doas asks for the password on a terminal, and this host has no program script, which makes one`,
      hint: 'Install it (bsdutils, util-linux, or util-linux-misc), or give the login a rule with nopass in doas.conf.',
    };
  }
  return {
    problem: `${method} does not let this login become ${user}`,
    hint: `There may be no rule for it. ${byHand}`,
  };
}
