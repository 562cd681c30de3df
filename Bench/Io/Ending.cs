namespace VRouter.Bench.Io;

/// <summary>Something to be done at the end.</summary>
internal sealed class Ending(Action action) : IDisposable
{
    public void Dispose() => action();
}
