namespace VRouter.Forwarding;

/// <summary>Something the control side has a worker do between two batches.</summary>
internal sealed class WorkerCommand(Action action) : IDisposable
{
    private readonly ManualResetEventSlim _done = new();
    private Exception? _failure;

    /// <summary>Runs on the worker's thread; what goes wrong is thrown where it was asked for.</summary>
    public void Run()
    {
        try
        {
            action();
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
        finally
        {
            _done.Set();
        }
    }

    public void Wait()
    {
        _done.Wait();

        if (_failure is not null)
        {
            throw new InvalidOperationException(_failure.Message, _failure);
        }
    }

    public void Dispose() => _done.Dispose();
}
