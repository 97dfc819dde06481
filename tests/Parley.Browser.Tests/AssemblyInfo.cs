// Calls share two cores with their server: one at a time, so that a slow one is slow for its own reasons.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
