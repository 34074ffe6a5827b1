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
  if (/incorrect password|Authentication failure|Sorry, try again/i.test(said)) {
    return {
      problem: `${method} did not take the password for becoming ${user}`,
      hint: `It is wrong (${given}).`,
    };
  }
  if (/password is required/i.test(said)) {
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
  if (method === 'doas') {
    return {
      problem: `doas does not let this login become ${user} without a password`,
      hint: `It asks for passwords on a terminal only, so it needs a rule with nopass in doas.conf. ${byHand}`,
    };
  }
  return {
    problem: `${method} does not let this login become ${user}`,
    hint: `There may be no rule for it. ${byHand}`,
  };
}
