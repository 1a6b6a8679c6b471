netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout auth1=computerkerb
netsh advfirewall set global mainmode mmkeylifetime 5min,1sess
