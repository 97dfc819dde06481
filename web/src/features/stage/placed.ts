// A box as the style of an absolutely placed element.
import type { CSSProperties } from 'react';
import type { Box } from '@/call';

export const placed = ({ x, y, width, height }: Box): CSSProperties => ({ left: x, top: y, width, height });
