// Many joins and leaves at once become one sentence.
import type { Translate } from '@/i18n';

export type Coming = 'joined' | 'left';

export function comingText(t: Translate, kind: Coming, names: readonly string[]): string {
  const [first = '', ...rest] = names;
  return rest.length === 0 ? t(`notice.${kind}`, { name: first }) : t(`notice.${kind}Many`, { name: first, count: rest.length });
}
