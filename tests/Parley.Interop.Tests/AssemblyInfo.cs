// Peers share two cores with the engine: one test at a time, so that a slow one is slow for its own reasons.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
