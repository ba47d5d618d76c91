<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>NoticeStrip</name>
    <message numerus="yes">
        <source>%n payment(s) without an answer yet</source>
        <translation>
            <numerusform>%n payment without an answer yet</numerusform>
            <numerusform>%n payments without an answer yet</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UnlockPage</name>
    <message numerus="yes">
        <source>Try again in %n second(s)</source>
        <translation>
            <numerusform>Try again in %n second</numerusform>
            <numerusform>Try again in %n seconds</numerusform>
        </translation>
    </message>
</context>
</TS>
