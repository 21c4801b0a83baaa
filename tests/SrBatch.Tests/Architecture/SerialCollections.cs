// One test class after another: the leak test counts the live tensors of the whole process, and libtorch's thread count and random state
// are global.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
