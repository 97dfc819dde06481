// On or off, at once.
import { useId, type ReactNode } from 'react';

export interface SwitchProps {
  label: string;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

export function Switch({ label, hint, checked, onChange, disabled }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-center justify-between gap-4">
      <div className="min-w-0">
        <span id={id} className="block text-base">
          {label}
        </span>
        {hint && (
          <span id={`${id}-hint`} className="block text-xs text-soft">
            {hint}
          </span>
        )}
      </div>
      <button
        type="button"
        role="switch"
        aria-checked={checked}
        aria-labelledby={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        disabled={disabled}
        onClick={() => onChange(!checked)}
        className={`relative h-6.5 w-11 shrink-0 rounded-full border transition-colors duration-150 disabled:opacity-50 ${
          checked ? 'border-cobalt-fill bg-cobalt-fill' : 'border-line-strong bg-sunken'
        }`}
      >
        <span
          className={`absolute top-1/2 left-0.5 size-5 -translate-y-1/2 rounded-full shadow-sm transition-transform duration-150 ${
            checked ? 'translate-x-[18px] bg-white' : 'bg-line-strong'
          }`}
        />
      </button>
    </div>
  );
}
