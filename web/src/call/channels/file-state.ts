// Files on their way between browsers.

export type TransferStatus =
  /** Offered, waiting for the other's word. */
  'offered' | 'transferring' | 'verifying' | 'done' | 'declined' | 'cancelled' | 'failed';

export type TransferProblem =
  'too_large_for_memory' | 'hash_mismatch' | 'connection_lost' | 'peer_left' | 'read_failed' | 'write_failed' | 'no_channel';

export interface FileTransfer {
  /** Unique per file and peer: a file to everybody is one transfer each. */
  readonly key: string;
  readonly fileId: string;
  readonly direction: 'in' | 'out';
  readonly peerId: string;
  readonly name: string;
  readonly size: number;
  readonly mime: string;
  readonly status: TransferStatus;
  readonly bytes: number;
  readonly bitrateBps: number;
  readonly problem: TransferProblem | null;
  /** Set on a received file that was kept in memory: an object URL to save it from. */
  readonly url: string | null;
  readonly sha256: string | null;
}

export interface FilesState {
  readonly transfers: Readonly<Record<string, FileTransfer>>;
  /** Keys, oldest first. */
  readonly order: readonly string[];
}

export const initialFilesState: FilesState = { transfers: {}, order: [] };
