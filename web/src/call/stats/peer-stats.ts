// One second of statistics about one peer, and the quality mark drawn from it.

export type QualityLevel = 'unknown' | 'good' | 'fair' | 'poor' | 'lost';
export type QualityReason = 'loss' | 'delay' | 'jitter' | 'low_frame_rate' | 'no_media' | 'bandwidth' | 'cpu' | null;

export interface Quality {
  readonly level: QualityLevel;
  readonly reason: QualityReason;
}

export interface VideoStats {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly codec: string | null;
  readonly bitrateBps: number;
  readonly framesDropped: number;
}

export interface PeerStats {
  readonly at: number;
  readonly bitrateInBps: number;
  readonly bitrateOutBps: number;
  /** Share of packets lost in the last second, 0 to 1. */
  readonly lossIn: number;
  readonly lossOut: number;
  readonly rttMs: number | null;
  readonly jitterMs: number | null;
  readonly camera: VideoStats | null;
  readonly screen: VideoStats | null;
  readonly sentVideo: VideoStats | null;
  readonly audioCodec: string | null;
  /** 'bandwidth' or 'cpu' when the encoder was held back. */
  readonly limitedBy: 'bandwidth' | 'cpu' | null;
  readonly path: CandidatePath | null;
}

export interface CandidatePath {
  readonly kind: 'direct' | 'relayed';
  /** udp, tcp or tls. */
  readonly protocol: string;
  readonly localType: string;
  readonly remoteType: string;
}
