namespace VRouter.Forwarding;

/// <summary>The walk of real packets: tells nothing.</summary>
internal readonly struct NoTrace : ITrace
{
    public static bool IsOn => false;

    public void Step(string stage, string detail, ObjectKey key, string rule)
    {
    }

    public void Output(VifId vif, byte[] packet)
    {
    }
}
