// One test class after another: their jobs share the machine's few processors, and waits for moments of a job should see them pass.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
