// A small conversation, drawn: the two arcs of the mark meeting over a table of tiles.
export function HomeArt() {
  return (
    <svg viewBox="0 0 480 400" className="hidden w-full lg:block" aria-hidden="true" focusable="false" fill="none">
      <rect x="24" y="36" width="432" height="316" rx="28" fill="#0B0D12" />
      <g>
        <rect x="44" y="56" width="250" height="190" rx="14" fill="#1B2540" />
        <circle cx="169" cy="138" r="36" fill="#3B5BB8" />
        <path d="M99 246c6-42 36-66 70-66s64 24 70 66z" fill="#3B5BB8" />
        <rect x="45.5" y="57.5" width="247" height="187" rx="12.5" stroke="#2BD980" strokeWidth="3" />
        <rect x="56" y="218" width="74" height="18" rx="9" fill="#0B0D12" fillOpacity=".65" />
        <rect x="68" y="225" width="46" height="4" rx="2" fill="#fff" fillOpacity=".85" />
      </g>
      <g>
        <rect x="304" y="56" width="132" height="90" rx="14" fill="#23362F" />
        <circle cx="370" cy="94" r="18" fill="#2F8A66" />
        <path d="M335 146c3-21 18-33 35-33s32 12 35 33z" fill="#2F8A66" />
      </g>
      <g>
        <rect x="304" y="156" width="132" height="90" rx="14" fill="#3A2A1C" />
        <circle cx="370" cy="194" r="18" fill="#B0703A" />
        <path d="M335 246c3-21 18-33 35-33s32 12 35 33z" fill="#B0703A" />
        <circle cx="418" cy="174" r="9" fill="#FFB020" />
      </g>
      <g>
        <rect x="126" y="270" width="228" height="60" rx="30" fill="#1B1F29" />
        <circle cx="160" cy="300" r="19" fill="#2A303D" />
        <rect x="156.5" y="289" width="7" height="14" rx="3.5" fill="#fff" />
        <path d="M152 300a8 8 0 0 0 16 0M160 308v4" stroke="#fff" strokeWidth="2" strokeLinecap="round" />
        <circle cx="208" cy="300" r="19" fill="#2A303D" />
        <rect x="198" y="293.5" width="13" height="13" rx="3.5" fill="#fff" />
        <path d="m213 298.5 5-3.5v10l-5-3.5z" fill="#fff" />
        <circle cx="256" cy="300" r="19" fill="#2A303D" />
        <path d="M247 305v-5.5a9 9 0 0 1 18 0 5.5 5.5 0 0 1-5.5 5.5z" stroke="#fff" strokeWidth="2" strokeLinejoin="round" />
        <rect x="290" y="281" width="50" height="38" rx="19" fill="#F2473F" />
        <path d="M303 302c7-6 17-6 24 0" stroke="#fff" strokeWidth="4" strokeLinecap="round" />
      </g>
      <g transform="translate(388 286) scale(2.9)">
        <circle cx="15" cy="16" r="19" fill="var(--paper)" />
        <path
          d="M16.5 5.7A9 9 0 1 0 10.6 22.2L9.8 27"
          stroke="var(--cobalt)"
          strokeWidth="4.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        <path d="M20.9 9.9A9 9 0 0 1 16.2 25.4" stroke="var(--emerald)" strokeWidth="4.6" strokeLinecap="round" />
      </g>
    </svg>
  );
}
