// What Parley itself says on the `data` channel: JSON objects with a `parley` key. docs/data-channels.md is the exact account.

export type Control =
  /** How tall the sender of this shows the receiver's camera, in device pixels; 0 for not at all. */
  | { readonly parley: 'view'; readonly height: number }
  | { readonly parley: 'file_offer'; readonly id: string; readonly name: string; readonly size: number; readonly mime: string }
  /** Send from `offset` on: 0 at first, more to go on after a lost connection. */
  | { readonly parley: 'file_accept'; readonly id: string; readonly offset: number }
  | { readonly parley: 'file_decline'; readonly id: string }
  /** Either side, at any time. */
  | { readonly parley: 'file_cancel'; readonly id: string; readonly reason?: string }
  /** The receiver has so many bytes safe; the sender keeps a window ahead of that. */
  | { readonly parley: 'file_progress'; readonly id: string; readonly bytes: number }
  | { readonly parley: 'file_done'; readonly id: string; readonly sha256: string }
  | { readonly parley: 'file_failed'; readonly id: string; readonly reason: string }
  /** A small file as a whole, base64, by `data_message` where no channel opens. */
  | { readonly parley: 'file_inline'; readonly id: string; readonly sha256: string; readonly data: string };

/** The last frame on a `file:{id}` channel, as text; all before it are binary. */
export interface FileEnd {
  readonly parley: 'file_end';
  readonly size: number;
  readonly sha256: string;
}

export function isReserved(payload: unknown): payload is { readonly parley: unknown } {
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload) && 'parley' in payload;
}

const longestName = 255;

/** A control message that is sound; null for what is not, which is dropped. */
export function parseControl(payload: unknown): Control | null {
  if (!isReserved(payload)) return null;
  const value = payload as Record<string, unknown>;
  const hasId = typeof value['id'] === 'string' && value['id'].length > 0 && value['id'].length <= 64;
  const isCount = (name: string): boolean => Number.isSafeInteger(value[name]) && (value[name] as number) >= 0;
  const isText = (name: string): boolean => typeof value[name] === 'string';
  let sound = false;
  switch (value['parley']) {
    case 'view':
      sound = isCount('height');
      break;
    case 'file_offer':
      sound = hasId && isCount('size') && isText('name') && isText('mime') && (value['name'] as string).length <= longestName;
      break;
    case 'file_accept':
      sound = hasId && isCount('offset');
      break;
    case 'file_progress':
      sound = hasId && isCount('bytes');
      break;
    case 'file_decline':
    case 'file_cancel':
      sound = hasId;
      break;
    case 'file_done':
      sound = hasId && isText('sha256');
      break;
    case 'file_failed':
      sound = hasId && isText('reason');
      break;
    case 'file_inline':
      sound = hasId && isText('sha256') && isText('data');
      break;
    default:
      break;
  }
  return sound ? (value as unknown as Control) : null;
}

export function parseFileEnd(text: string): FileEnd | null {
  try {
    const value = JSON.parse(text) as Partial<FileEnd> | null;
    return value?.parley === 'file_end' && Number.isSafeInteger(value.size) && typeof value.sha256 === 'string' ? (value as FileEnd) : null;
  } catch {
    return null;
  }
}
