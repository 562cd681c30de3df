namespace VRouter.Forwarding;

/// <summary>Whether, and where, a walk tells its steps. A struct parameter, so that a walk that tells nothing is compiled without a trace of it.</summary>
internal interface ITrace
{
    /// <summary>Whether steps are told, and nothing has an effect.</summary>
    static abstract bool IsOn { get; }

    void Step(string stage, string detail, ObjectKey key = default, string rule = "");

    void Output(VifId vif, byte[] packet);
}
