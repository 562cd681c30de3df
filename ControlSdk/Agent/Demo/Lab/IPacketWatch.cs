namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Sees every packet that passes a port, in either direction, on the worker's thread.</summary>
internal interface IPacketWatch
{
    void See(ReadOnlySpan<byte> packet);
}
