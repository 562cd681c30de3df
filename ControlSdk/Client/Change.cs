using Google.Protobuf;

namespace VRouter.ControlSdk;

/// <summary>An object to be there, or (with no object) to be gone.</summary>
internal sealed class Change(V1.ObjectKey key, IMessage? item)
{
    public V1.ObjectKey Key => key;

    public IMessage? Item => item;

    /// <summary>A change of the same object that this one came after.</summary>
    public Change? Earlier { get; set; }

    public TaskCompletionSource<ulong> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Succeed(ulong generation)
    {
        for (Change? change = this; change is not null; change = change.Earlier)
        {
            change.Done.TrySetResult(generation);
        }
    }

    public void Fail(Exception failure)
    {
        for (Change? change = this; change is not null; change = change.Earlier)
        {
            change.Done.TrySetException(failure);
        }
    }
}
