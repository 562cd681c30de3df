namespace VRouter.Flow;

/// <summary>How much a <see cref="FragmentTable"/> keeps.</summary>
/// <param name="Datagrams">Datagrams that are not complete.</param>
/// <param name="DatagramsAVif">Such of one vif.</param>
/// <param name="WaitingAVif">Packets of one vif that wait for a first fragment.</param>
public sealed record FragmentLimits(int Datagrams = 8192, int DatagramsAVif = 1024, int WaitingAVif = 64)
{
    /// <summary>Packets that wait, of all vifs.</summary>
    public int Waiting => Math.Max(Datagrams, WaitingAVif);
}
