namespace VRouter.Forwarding;

/// <summary>Keeps what a data plane is told where it outlives the process, so that <see cref="DataPlane.Restore"/> can bring it back.</summary>
public interface IStateKeeper
{
    /// <summary>
    /// Keeps a change that is about to take effect. It is called in the order of the changes, by one thread at a time, and may call
    /// <see cref="DataPlane.ExportPieces"/>, which is the state before the change. An exception here and nothing has changed.
    /// </summary>
    /// <param name="change">What the transaction really changes: nothing that is as it was. It is another one as soon as this returns.</param>
    void Keep(Transaction change);
}
