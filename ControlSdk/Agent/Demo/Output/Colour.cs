namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Select Graphic Rendition codes (ECMA-48 section 8.3.117).</summary>
internal enum Colour
{
    Bold = 1,
    Red = 31,
    Green = 32,
}
