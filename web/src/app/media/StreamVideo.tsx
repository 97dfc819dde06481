// A video element that follows a stream. Sound is the call's own business, so it is always muted here.
import { useEffect, useRef } from 'react';
import { cx } from '@/ui/cx';

export interface StreamVideoProps {
  stream: MediaStream | null;
  mirrored?: boolean;
  contain?: boolean;
  hidden?: boolean;
  className?: string;
}

export function StreamVideo({ stream, mirrored, contain, hidden, className }: StreamVideoProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element || element.srcObject === stream) return;
    element.srcObject = stream;
    // Autoplay may be refused until a press; muted video is always allowed later.
    if (stream) void element.play().catch(() => undefined);
  }, [stream]);
  return (
    <video
      ref={video}
      muted
      autoPlay
      playsInline
      disablePictureInPicture={false}
      className={cx(
        'absolute inset-0 size-full bg-transparent',
        contain ? 'object-contain' : 'object-cover',
        mirrored && 'mirrored',
        hidden && 'opacity-0',
        className,
      )}
    />
  );
}
