// Words for a device that does not work: what happened, and how to mend it in this browser.
import type { DeviceProblem } from '@/call';
import type { TextKey, Translate } from '@/i18n';

type Browser = 'chrome' | 'firefox' | 'safari';

function browser(): Browser {
  const agent = navigator.userAgent;
  if (/firefox/i.test(agent)) return 'firefox';
  return /safari/i.test(agent) && !/chrom/i.test(agent) ? 'safari' : 'chrome';
}

export function problemTitle(t: Translate, device: 'mic' | 'camera', problem: DeviceProblem): string {
  return t(`problem.${device}.${problem}` satisfies TextKey);
}

export function problemFix(t: Translate, problem: DeviceProblem): string {
  return problem === 'permission_denied' ? t(`problem.fix.permission_denied.${browser()}`) : t(`problem.fix.${problem}`);
}
